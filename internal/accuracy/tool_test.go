package accuracy

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/scenarios"
)

const us, ms = time.Microsecond, time.Millisecond

// recorded is what a tool has left: a text of testdata, and files of it by
// their name in the tool's directory.
func recorded(t *testing.T, text string, files map[string]string) Output {
	t.Helper()
	o := Output{}
	fsys := fstest.MapFS{}
	read := func(name string) []byte {
		content, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if text != "" {
		o.Text = string(read(text))
	}
	for name, source := range files {
		fsys[name] = &fstest.MapFile{Data: read(source)}
	}
	o.Files = fsys
	return o
}

func toolNamed(t *testing.T, name string) Tool {
	t.Helper()
	for _, tool := range Tools() {
		if tool.Name == name {
			return tool
		}
	}
	t.Fatalf("no tool %s", name)
	return Tool{}
}

// Recordings of each tool against a server of 1 ms are read as its own output
// has them.
func TestRecordingsAreRead(t *testing.T) {
	for _, tt := range []struct {
		tool, text string
		files      map[string]string
		want       Reading
	}{
		{"bench", "", map[string]string{"runs/latest/run.json": "bench.json"}, Reading{
			Requests: 200, Planned: 200, Quantiles: Quantiles{2451455, 27754495, 60981247, 64684031},
			Lateness: Quantiles{309247, 11911167, 36667391, 43253759},
			Remark: "calls its own run degraded: p99 of lateness is 36.6ms beside a median service time of 1.64ms; " +
				"the machine could not keep the schedule",
		}},
		{"vegeta", "vegeta.txt", nil, Reading{
			Requests: 200, Quantiles: Quantiles{1682673, 10835209, 49360058, 73915963},
		}},
		{"k6", "", map[string]string{"summary.json": "k6.json"}, Reading{
			Requests: 174, Dropped: 27, Remark: "dropped 27 iterations",
			Quantiles: Quantiles{4212803, 28988371, 180264639, 218222750},
		}},
		{"hey", "hey.csv", nil, Reading{Requests: 200, Quantiles: Quantiles{2300 * us, 6500 * us, 16200 * us, 16500 * us}}},
		// Its summary has no p99.9.
		{"hey", "hey.txt", nil, Reading{Requests: 190, Quantiles: Quantiles{2200 * us, 6200 * us, 32600 * us}}},
		{"h2load", "h2load.txt", map[string]string{"requests.log": "h2load.log"}, Reading{
			Requests: 200, Quantiles: Quantiles{2079 * us, 4757 * us, 8714 * us, 8758 * us},
		}},
		// Without a log there are no quantiles.
		{"h2load", "h2load.txt", nil, Reading{Requests: 200}},
		{"wrk", "wrk.txt", nil, Reading{Requests: 594, Quantiles: Quantiles{1235 * us, 3658 * us, 8293 * us, 15053 * us}}},
		{"ab", "ab.txt", map[string]string{"percent.csv": "ab.csv"}, Reading{
			Requests: 897, Quantiles: Quantiles{1321 * us, 4129 * us, 17130 * us},
		}},
	} {
		got, err := toolNamed(t, tt.tool).read(recorded(t, tt.text, tt.files))
		if err != nil {
			t.Errorf("%s: %v", tt.tool, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", tt.tool, tt.text, diff)
		}
	}
}

// What a tool leaves that has not measured is an error, not a zero.
func TestNothingIsNotARecording(t *testing.T) {
	for _, tool := range Tools() {
		for _, text := range []string{"", "error\n", "{}\n"} {
			if got, err := tool.read(Output{Text: text, Files: fstest.MapFS{}}); err == nil {
				t.Errorf("%s reads %q as %+v", tool.Name, text, got)
			}
		}
	}
}

func job(rate float64) Job {
	request, err := message()
	if err != nil {
		panic(err)
	}
	load := Load{Rate: rate, For: 10 * time.Second, Connections: 50, InFlight: 60, Users: 5, Precise: true}
	return Job{Load: load, URL: "http://127.0.0.1:80", Request: request}
}

// Every tool is given the same address, authorization, content type and body,
// on its command line or in a file.
func TestEveryToolSendsTheSame(t *testing.T) {
	for _, tool := range Tools() {
		for _, rate := range []float64{1000, 0} {
			if rate == 0 && tool.OpenOnly {
				continue
			}
			asked := tool.ask(job(rate))
			all := strings.ToLower(asked.line())
			for _, content := range asked.Files {
				all += strings.ToLower(content)
			}
			wants := []string{"http://server", "106540352242922", "accuracy", "parcel arrives", "15550100000"}
			if tool.Program != "bench" { // it encodes them itself
				wants = append(wants, "/v24.0/106540352242922/messages", "authorization", "bearer accuracy", "application/json", `messaging_product`)
			}
			all = strings.ReplaceAll(all, "http://127.0.0.1:80", "http://server")
			for _, want := range wants {
				if !strings.Contains(all, want) {
					t.Errorf("%s at %g/s is not given %s:\n%s", tool.Name, rate, want, all)
				}
			}
		}
	}
}

func TestRatesAndConnectionsAreAskedFor(t *testing.T) {
	for _, tt := range []struct {
		tool        string
		open, close []string
	}{
		{"bench", []string{"hold: 1000/s, for: 10s"}, []string{"closed: {users: 50, think: 0s}, for: 10s"}},
		{"bench --busy-wait", []string{"hold: 1000/s, for: 10s", "--busy-wait"}, nil},
		{"vegeta", []string{"-rate=1000/s", "-duration=10s"}, []string{"-rate=0", "-max-workers=50"}},
		{"k6", []string{"constant-arrival-rate', rate: 1000,", "preAllocatedVUs: 60", "'10s'"}, []string{"constant-vus', vus: 50"}},
		{"hey", []string{"-z 10s", "-c 50", "-q 20", "-o csv"}, []string{"-z 10s", "-c 50"}},
		{"h2load", []string{"-D 10", "-c 50", "--rps=20"}, []string{"-D 10", "-c 50"}},
		{"wrk", []string{"-d 10s", "-c 5"}, []string{"-d 10s", "-c 50"}},
		{"ab", []string{"-t 10", "-c 5"}, []string{"-t 10", "-c 50"}},
	} {
		for rate, wants := range map[float64][]string{1000: tt.open, 0: tt.close} {
			asked := toolNamed(t, tt.tool).ask(job(rate))
			all := asked.line() + " "
			for _, content := range asked.Files {
				all += content
			}
			for _, want := range wants {
				if !strings.Contains(all, want) {
					t.Errorf("%s is not asked for %q: %s", tt.tool, want, all)
				}
			}
		}
	}
}

// The scenario that bench is given is one, and its request is the one that the
// others are given.
func TestTheScenarioIsValid(t *testing.T) {
	for _, rate := range []float64{1000, 0} {
		s, err := scenarios.Parse("scenario.yaml", []byte(scenario(job(rate))))
		if err != nil {
			t.Fatal(err)
		}
		lookup := func(string) (string, bool) { return token, true }
		plan, err := s.Resolve(scenarios.Env{Lookup: lookup})
		if err != nil {
			t.Fatal(err)
		}
		target := plan.Targets[0]
		if target.PhoneNumberID != number || target.Version != graph {
			t.Errorf("%+v", target)
		}
	}
}

func TestTheAnswerIsAccepted(t *testing.T) {
	request, err := message()
	if err != nil {
		t.Fatal(err)
	}
	if request.Path != "/v24.0/106540352242922/messages" {
		t.Errorf("path %s", request.Path)
	}
	outcome := dialect().Decode(whatsapp.OpSend, whatsapp.Response{Status: 200, Body: []byte(answer)})
	if outcome.Class != whatsapp.OK || !strings.HasPrefix(outcome.MessageID, "wamid.") {
		t.Errorf("%+v", outcome)
	}
}

func FuzzReadings(f *testing.F) {
	for _, name := range []string{"vegeta.txt", "hey.csv", "hey.txt", "h2load.txt", "wrk.txt", "ab.txt", "k6.json", "ab.csv", "h2load.log", "bench.json"} {
		content, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file := &fstest.MapFile{Data: text}
		o := Output{Text: string(text), Files: fstest.MapFS{
			"summary.json": file, "percent.csv": file, "requests.log": file, "runs/latest/run.json": file,
		}}
		for _, tool := range Tools() {
			if r, err := tool.read(o); err == nil && r.Requests < 0 {
				t.Errorf("%s reads %d requests", tool.Name, r.Requests)
			}
		}
	})
}
