package load

import (
	"runtime"
	"testing"
	"time"

	"wabench/scenarios"
)

func TestOneCPUIsForModestOpenLoads(t *testing.T) {
	fake := Target{Inject: func(scenarios.Fault) (func(), error) { return func() {}, nil }}
	for _, c := range []struct {
		name, stages string
		options      Options
		want         bool
	}{
		{"a modest rate", "{hold: 4000/s, for: 10s}", Options{Targets: []Target{{}}}, true},
		{"two targets share it", "{hold: 4000/s, for: 10s}", Options{Targets: []Target{{}, {}}}, false},
		{"a high peak", "{ramp: 10/s..9000/s, for: 10s}", Options{Targets: []Target{{}}}, false},
		{"users", "{closed: {users: 5}, for: 10s}", Options{Targets: []Target{{}}}, false},
		{"a fake in this process", "{hold: 40/s, for: 10s}", Options{Targets: []Target{fake}}, false},
		{"a rule is judged meanwhile", "{hold: 40/s, for: 10s}", Options{Targets: []Target{{}}, Abort: func() string { return "" }}, false},
		{"precision is judged meanwhile", "{hold: 40/s, for: 10s}", Options{Targets: []Target{{}}, Enough: func(string) bool { return false }}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := oneIsEnough(resolve(t, scenario("", "load: {stages: ["+c.stages+"]}")), &c.options); got != c.want {
				t.Errorf("one CPU is enough: %v, want %v", got, c.want)
			}
		})
	}
}

func TestEconomyEndsAsItFoundThings(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	e := economize(resolve(t, scenario("", "load: {stages: [{hold: 10/s, for: 10s}]}")), &Options{Alone: true})
	if got := runtime.GOMAXPROCS(0); got != 1 {
		t.Errorf("%d CPUs in the run, want 1", got)
	}
	e.end()
	if got := runtime.GOMAXPROCS(0); got != 3 {
		t.Errorf("%d CPUs after the run, want 3", got)
	}
}

func TestABusyCPUIsGivenCompany(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	for name, c := range map[string]struct {
		used time.Duration // CPU in the second since the last review
		want int
	}{"idle": {100 * time.Millisecond, 1}, "busy": {900 * time.Millisecond, 2}} {
		e := &economy{allowed: 2, at: time.Now().Add(-time.Second), cpu: processCPU() - c.used}
		e.use(1)
		if e.review(); int(e.used.Load()) != c.want || runtime.GOMAXPROCS(0) != c.want {
			t.Errorf("%s: %d CPUs after the review, want %d", name, e.used.Load(), c.want)
		}
	}
}

func TestOnlyARunThatIsAloneTouchesTheRuntime(t *testing.T) {
	if e := economize(resolve(t, scenario("", "load: {stages: [{hold: 10/s, for: 10s}]}")), &Options{}); e != nil {
		t.Errorf("economy %+v of a run that shares its process", e)
	}
	var none *economy
	none.review()
	none.end()
}
