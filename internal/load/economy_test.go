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
		{"a high peak", "{ramp: 10/s..9000/s, for: 10s}", Options{Targets: []Target{{}}}, false},
		{"users", "{closed: {users: 5}, for: 10s}", Options{Targets: []Target{{}}}, false},
		{"a fake in this process", "{hold: 40/s, for: 10s}", Options{Targets: []Target{fake}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := oneIsEnough(resolve(t, scenario("", "load: {stages: ["+c.stages+"]}")), &c.options); got != c.want {
				t.Errorf("one CPU is enough: %v, want %v", got, c.want)
			}
		})
	}
}

func TestABusyCPUEndsTheEconomy(t *testing.T) {
	for name, c := range map[string]struct {
		used time.Duration // CPU in the second since the last review
		want bool
	}{"idle": {100 * time.Millisecond, true}, "busy": {900 * time.Millisecond, false}} {
		e := &economy{at: time.Now().Add(-time.Second), cpu: processCPU() - c.used}
		if e.review(); e.holds() != c.want {
			t.Errorf("%s: the economy holds %v after the review, want %v", name, e.holds(), c.want)
		}
	}
}

func TestOnlyARunThatIsAloneAndInRealTimeIsEconomic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	plan := resolve(t, scenario("", "load: {stages: [{hold: 10/s, for: 10s}]}"))
	if e := economize(plan, &Options{Alone: true}, nil); !e.holds() {
		t.Error("no economy where there could be one")
	}
	for name, options := range map[string]Options{"shares its process": {}, "of virtual time": {Alone: true, Wait: sleepUntil}} {
		if e := economize(plan, &options, nil); e != nil {
			t.Errorf("economy of a run that is %s", name)
		}
	}
	runtime.GOMAXPROCS(1)
	if e := economize(plan, &Options{Alone: true}, nil); e != nil {
		t.Error("economy on the only CPU")
	}
	var none *economy
	if none.review(); none.holds() {
		t.Error("none holds")
	}
}
