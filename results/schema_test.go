package results

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	reflectschema "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// required are the fields that every run.json of schema 1 has. What is not
// listed was added later, or is left out where there is nothing to say.
func required() map[string][]string {
	return map[string][]string{
		"Run":          {"schema", "id", "scenario", "plan", "started", "ended", "complete", "environment", "generator", "targets", "gates", "notes"},
		"ScenarioRef":  {"name", "sha256"},
		"PlanRef":      {"sha256", "seed", "planned", "duration_ns"},
		"Stage":        {"label", "from_ns", "to_ns", "start_rate", "end_rate"},
		"Leg":          {"target", "from_ns", "to_ns", "start_ns", "end_ns"},
		"Shard":        {"id", "started", "ended", "complete", "environment", "generator"},
		"Environment":  {"version", "go", "os", "arch", "cpus", "host"},
		"Generator":    {"verdict", "reasons"},
		"Use":          {"in_use", "of"},
		"Floor":        {"measured", "rate", "lateness_p50_ns", "lateness_p99_ns", "added_p50_ns", "added_p99_ns", "highest_rate"},
		"Target":       {"api", "url", "ops"},
		"Op":           {"planned", "sent", "dropped", "warmup", "outcomes", "codes", "rate"},
		"Latency":      {},
		"Webhook":      {"expected", "matched", "lost", "duplicates", "out_of_order", "conflicts", "bad_signature"},
		"Availability": {"ratio", "ci95", "outages", "platform_minutes_down"},
		"Outage":       {"start_ns", "end_ns"},
		"Comparison":   {"base", "head", "deltas"},
		"Delta":        {"metric", "ratio", "ci95", "verdict"},
		"Gate":         {"rule", "verdict", "observed", "detail"},
		"Note":         {"code", "text", "advice"},
	}
}

// verdicts are the words that each verdict can be.
func verdicts() map[string][]any {
	return map[string][]any{
		"Generator": {Valid, Degraded, Invalid},
		"Delta":     {Better, Worse, Same, Unsure},
		"Gate":      {Pass, Fail, Inconclusive, Invalid},
	}
}

// schemaOf generates the schema from the types and their comments.
func schemaOf(t *testing.T) []byte {
	t.Helper()
	reflector := reflectschema.Reflector{Anonymous: true, RequiredFromJSONSchemaTags: true, FieldNameTag: "json"}
	if err := reflector.AddGoComments(reflect.TypeFor[Run]().PkgPath(), "."); err != nil {
		t.Fatal(err)
	}
	schema := reflector.Reflect(Run{})
	schema.Title = "run.json"
	for name, definition := range schema.Definitions {
		fields, known := required()[name]
		if !known {
			t.Errorf("no word on which fields of %s are required", name)
		}
		for _, field := range fields {
			if _, ok := definition.Properties.Get(field); !ok {
				t.Errorf("%s requires %s, which it does not have", name, field)
			}
		}
		definition.Required = fields
		definition.Description = oneLine(definition.Description)
		for pair := definition.Properties.Oldest(); pair != nil; pair = pair.Next() {
			pair.Value.Description = oneLine(pair.Value.Description)
		}
		if words, ok := verdicts()[name]; ok {
			definition.Properties.Value("verdict").Enum = words
		}
	}
	version, _ := schema.Definitions["Run"].Properties.Get("schema")
	version.Const = Schema
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// compiled is the committed schema.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(SchemaJSON))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("run.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("run.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate holds a run.json to the schema.
func validate(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(document)
}

func TestSchemaIsThatOfTheTypes(t *testing.T) {
	got := schemaOf(t)
	if *update {
		if err := os.WriteFile("run.schema.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
		SchemaJSON = got
	}
	if diff := cmp.Diff(string(SchemaJSON), string(got)); diff != "" {
		t.Errorf("run.schema.json differs (-committed +generated); -update rewrites it:\n%s", diff)
	}
}

func TestSchemaTakesWhatWeWrite(t *testing.T) {
	schema := compiled(t)
	full := opened(t, written(t, aRun(), fewSamples()).fs()).Run
	full.Plan.Full = json.RawMessage(`{"anything": [1, null]}`)
	full.Targets["cloud"].FakeMetrics = map[string]any{"accepted": 1}
	full.Floor = &Floor{AddedP50: 1}
	full.Gates = []Gate{{Rule: "p99(send.response) < 800ms", Verdict: Pass}}
	full.Notes = []Note{{Code: "c", Text: "t", Advice: "a"}}
	full.Comparison = &Comparison{Base: "onprem", Head: "cloud", Deltas: []Delta{{Metric: "p95(send.response)", Verdict: Same, Ratio: 1, CI95: [2]float64{0.9, 1.1}}}}
	for name, run := range map[string]Run{"zero": {}, "as it starts": aRun(), "full": full, "merged": merged(t, dealt(t, 2)...).Run} {
		d := newDirectory()
		if err := WriteRun(d, run); err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, d.files[FileRun].Bytes()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The samples are of others' making: the documented example, and runs that
// were written by earlier versions.
func TestSchemaTakesSamples(t *testing.T) {
	schema := compiled(t)
	files, err := filepath.Glob("testdata/v1/run.json")
	if err != nil || len(files) != 1 {
		t.Fatalf("samples %v (%v)", files, err)
	}
	for _, file := range append(files, "testdata/documented.json") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if _, err := DecodeRun(text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	text, err := os.ReadFile("testdata/documented.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new string }{
		{"an unknown field", `"complete": true`, `"complete": true, "colour": "red"`},
		{"an unknown field inside", `"bad_signature": 0`, `"bad_signature": 0, "colour": "red"`},
		{"another schema", `"schema": 1`, `"schema": 2`},
		{"an unknown verdict", `"verdict": "valid"`, `"verdict": "fine"`},
		{"a missing field", `"complete": true,`, ``},
		{"a share as text", `"ratio": 1,`, `"ratio": "1",`},
		{"a fraction of a nanosecond", `"min_ns": 1,`, `"min_ns": 1.5,`},
		{"an interval of one bound", `"ci95": [0.99, 1]`, `"ci95": [0.99]`},
		{"no date", `"2026-03-01T12:00:00Z"`, `"yesterday"`},
	} {
		changed := strings.Replace(string(text), test.old, test.new, 1)
		if changed == string(text) {
			t.Fatalf("%s: the example does not have %s", test.name, test.old)
		}
		if err := validate(t, schema, []byte(changed)); err == nil {
			t.Errorf("%s is taken", test.name)
		}
	}
}

// A schema without words is of little help in an editor.
func TestSchemaExplainsItself(t *testing.T) {
	var schema struct {
		Defs map[string]struct {
			Description          string
			AdditionalProperties *bool
		} `json:"$defs"`
	}
	if err := json.Unmarshal(SchemaJSON, &schema); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, definition := range schema.Defs {
		names = append(names, name)
		if definition.Description == "" || definition.AdditionalProperties == nil || *definition.AdditionalProperties {
			t.Errorf("%s: description %q, other fields allowed: %v", name, definition.Description, definition.AdditionalProperties)
		}
	}
	if !slices.Contains(names, "Run") || len(names) != len(required()) {
		t.Errorf("definitions %v", names)
	}
}
