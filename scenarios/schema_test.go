package scenarios_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	generate "github.com/invopop/jsonschema"
	validate "github.com/santhosh-tekuri/jsonschema/v6"

	"wabench/internal/strictyaml"
	"wabench/internal/units"
	"wabench/scenarios"
)

// Patterns of the texts that stand for quantities.
const (
	ratePattern     = `[0-9.]+ */ *[smh]`
	durationPattern = `0|([0-9.]+(ns|us|µs|ms|s|m|h|d))+`
	sharePattern    = `[0-9.]+ *%`
	secretPattern   = `\$\{[A-Za-z_][A-Za-z0-9_]*\}`
)

// texts are the types that are written as one text, with its pattern.
var texts = map[reflect.Type]string{
	reflect.TypeFor[time.Duration]():        durationPattern,
	reflect.TypeFor[units.Rate]():           ratePattern,
	reflect.TypeFor[units.Percent]():        sharePattern,
	reflect.TypeFor[units.Money]():          `[0-9.]+ +[A-Z]{3}`,
	reflect.TypeFor[scenarios.Rates]():      ratePattern + ` *\.\. *` + ratePattern,
	reflect.TypeFor[scenarios.Backoff]():    `[0-9.]+\^n *[0-9.]*(ms|s|m)|` + durationPattern,
	reflect.TypeFor[scenarios.WarmupText](): `auto|` + durationPattern,
	reflect.TypeFor[scenarios.GateRule]():   ".+",
}

// schema builds the language's JSON Schema from the types that decode it.
func schema(t *testing.T) []byte {
	t.Helper()
	b := builder{comments: comments(t)}
	root := b.schema(reflect.TypeFor[scenarios.Scenario]())
	root.Version = "https://json-schema.org/draft/2020-12/schema"
	root.Title = "bench scenario, version 1"
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// comments finds the doc comments of the package's types and fields.
func comments(t *testing.T) map[string]string {
	t.Helper()
	var r generate.Reflector
	if err := r.AddGoComments("wabench/scenarios", "."); err != nil {
		t.Fatal(err)
	}
	if len(r.CommentMap) == 0 {
		t.Fatal("no comments found")
	}
	return r.CommentMap
}

// builder reflects types the way strictyaml decodes them: At[T] is a T, keys
// are those of the yaml tags, and types of several shapes are spelled out.
type builder struct{ comments map[string]string }

func (b builder) schema(t reflect.Type) *generate.Schema {
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "At[") {
		return b.schema(t.Field(0).Type)
	}
	if s := b.special(t); s != nil {
		return s
	}
	if pattern, found := texts[t]; found {
		return &generate.Schema{Type: "string", Pattern: "^(" + pattern + ")$"}
	}
	if enum, ok := reflect.Zero(t).Interface().(strictyaml.Enum); ok {
		s := &generate.Schema{}
		for _, choice := range enum.Choices() {
			s.Enum = append(s.Enum, choice)
		}
		return s
	}
	switch t.Kind() {
	case reflect.Struct:
		return b.object(t)
	case reflect.Slice:
		return &generate.Schema{Type: "array", Items: b.schema(t.Elem())}
	case reflect.String:
		return &generate.Schema{Type: "string"}
	case reflect.Bool:
		return &generate.Schema{Type: "boolean"}
	case reflect.Float64:
		return &generate.Schema{Type: "number"}
	default:
		return &generate.Schema{Type: "integer"}
	}
}

// special returns the schema of a type that reads itself from several shapes.
func (b builder) special(t reflect.Type) *generate.Schema {
	either := func(all ...*generate.Schema) *generate.Schema { return &generate.Schema{AnyOf: all} }
	text := &generate.Schema{Type: "string"}
	switch t {
	case reflect.TypeFor[scenarios.Targets]():
		target := b.schema(reflect.TypeFor[scenarios.TargetSection]())
		return &generate.Schema{Type: "object", AdditionalProperties: target, MinProperties: count(1)}
	case reflect.TypeFor[scenarios.Secret]():
		return either(&generate.Schema{Type: "string", Pattern: "^" + secretPattern + "$"}, object("file", text))
	case reflect.TypeFor[scenarios.RetryOn]():
		item := either(&generate.Schema{Type: "integer"}, text)
		return &generate.Schema{Type: "array", Items: item, MinItems: count(1)}
	case reflect.TypeFor[scenarios.Number](), reflect.TypeFor[scenarios.Range]():
		return either(&generate.Schema{Type: "integer"}, text)
	case reflect.TypeFor[scenarios.UntilSection]():
		width := &generate.Schema{Type: "string", Pattern: "^±?" + sharePattern + "$"}
		s := &generate.Schema{Type: "object", MinProperties: count(1), MaxProperties: count(1), AdditionalProperties: generate.FalseSchema}
		s.PatternProperties = map[string]*generate.Schema{`^p[0-9.]+$`: width}
		return either(s, &generate.Schema{Type: "string", Enum: []any{"gates"}})
	case reflect.TypeFor[scenarios.TextBody]():
		return either(text, b.object(t))
	case reflect.TypeFor[scenarios.GateEntry]():
		return either(text, b.object(t))
	case reflect.TypeFor[scenarios.FaultText]():
		name := b.schema(reflect.TypeFor[scenarios.FaultKind]())
		figures := b.object(reflect.TypeFor[scenarios.FaultFigures]())
		figures.MinProperties, figures.MaxProperties = count(1), count(1)
		return either(name, figures)
	case reflect.TypeFor[json.RawMessage]():
		return &generate.Schema{}
	default:
		return nil
	}
}

func count(n uint64) *uint64 { return &n }

// object is a mapping with one required key.
func object(key string, value *generate.Schema) *generate.Schema {
	s := &generate.Schema{Type: "object", Required: []string{key}, AdditionalProperties: generate.FalseSchema}
	s.Properties = generate.NewProperties()
	s.Properties.Set(key, value)
	return s
}

// object returns the schema of a mapping that a struct decodes.
func (b builder) object(t reflect.Type) *generate.Schema {
	s := &generate.Schema{
		Type: "object", Properties: generate.NewProperties(), AdditionalProperties: generate.FalseSchema,
		Description: oneLine(b.comments["wabench/scenarios."+t.Name()]),
	}
	b.addFields(s, t)
	return s
}

func (b builder) addFields(s *generate.Schema, t reflect.Type) {
	for i := range t.NumField() {
		field := t.Field(i)
		key, option, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if option == "inline" {
			b.addFields(s, field.Type)
		}
		if key == "" {
			continue
		}
		value := b.schema(field.Type)
		value.Description = oneLine(b.comments["wabench/scenarios."+t.Name()+"."+field.Name])
		s.Properties.Set(key, value)
		if option == "required" {
			s.Required = append(s.Required, key)
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestSchemaIsUpToDate(t *testing.T) {
	want := schema(t)
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(scenarios.SchemaJSON)); diff != "" {
		t.Errorf("schema.json is stale; run go test ./scenarios -update (-want +got):\n%s", diff)
	}
}

func compiled(t *testing.T) *validate.Schema {
	t.Helper()
	doc, err := validate.UnmarshalJSON(bytes.NewReader(scenarios.SchemaJSON))
	if err != nil {
		t.Fatal(err)
	}
	compiler := validate.NewCompiler()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance reads YAML as JSON values.
func instance(t *testing.T, src []byte) any {
	t.Helper()
	var d strictyaml.Decoder
	root := d.Parse("x.yaml", src)
	if root == nil {
		t.Fatal(d.Err())
	}
	text, _ := root.JSON()
	doc, err := validate.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestSchemaAcceptsWhatTheDecoderAccepts(t *testing.T) {
	s := compiled(t)
	sources := map[string][]byte{"everything": []byte(everything)}
	for _, name := range scenarios.Shipped() {
		sources[name], _ = scenarios.ShippedScenario(name)
	}
	for name, src := range sources {
		if _, err := scenarios.Parse(name, src); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Validate(instance(t, src)); err != nil {
			t.Errorf("%s does not fit the schema: %v", name, err)
		}
	}
}

func TestSchemaRefusesMistakes(t *testing.T) {
	s := compiled(t)
	for _, name := range []string{
		"missing_sections", "unknown_key", "target_api", "target_literal_token", "target_ids_unquoted", "load_units",
		"load_arrivals", "faults_kind", "target_cost", "messages_template",
	} {
		text, err := os.ReadFile("testdata/mistakes/" + name + ".golden")
		if err != nil {
			t.Fatal(err)
		}
		src, _, _ := bytes.Cut(text, []byte("-----\n"))
		if err := s.Validate(instance(t, src)); err == nil {
			t.Errorf("%s fits the schema", name)
		}
	}
}

// Every key that a struct decodes is in the schema and the other way round.
func TestSchemaHasTheDecodersKeys(t *testing.T) {
	var root struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(scenarios.SchemaJSON, &root); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		of   reflect.Type
	}{
		{"", reflect.TypeFor[scenarios.Scenario]()},
		{"targets.additionalProperties", reflect.TypeFor[scenarios.TargetSection]()},
		{"messages.items", reflect.TypeFor[scenarios.MessageEntry]()},
		{"load.properties.stages.items", reflect.TypeFor[scenarios.StageEntry]()},
		{"faults.items", reflect.TypeFor[scenarios.FaultEntry]()},
		{"webhooks", reflect.TypeFor[scenarios.WebhooksSection]()},
		{"limits", reflect.TypeFor[scenarios.LimitsSection]()},
	} {
		got := keysAt(t, scenarios.SchemaJSON, c.path)
		want := strictyaml.Keys(c.of)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("keys of %s (-decoder +schema):\n%s", c.of, diff)
		}
	}
}

// keysAt lists the properties of the object at a path under properties.
func keysAt(t *testing.T, text []byte, path string) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	steps := []string{}
	if path != "" {
		steps = append([]string{"properties"}, strings.Split(path, ".")...)
	}
	for _, step := range append(steps, "properties") {
		object, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("%s: no object at %s", path, step)
		}
		v = object[step]
	}
	var keys []string
	for key := range v.(map[string]any) {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
