package reports

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		name string
		axis Axis
		want []string
	}{
		{"rates from zero, without a minus", Axis{Unit: PerSecond, Scale: Linear, Max: 130}, []string{"0", "50", "100"}},
		{"shares in percent", Axis{Unit: Share, Scale: Linear, Max: 0.65}, []string{"0%", "25%", "50%"}},
		{"counts are whole", Axis{Unit: Count, Scale: Linear, Max: 2.1}, []string{"0", "1", "2"}},
		{"clock steps are those of a clock", Axis{Unit: Clock, Scale: Linear, Max: 70}, []string{"0:00", "0:30", "1:00"}},
		{"hours", Axis{Unit: Clock, Scale: Linear, Max: 7200}, []string{"0:00", "1:00:00", "2:00:00"}},
		{"a decade or two", Axis{Unit: Latency, Scale: Log, Min: 0.02, Max: 0.6}, []string{"20ms", "50ms", "100ms", "200ms", "500ms"}},
		{"many decades", Axis{Unit: Latency, Scale: Log, Min: 0.0009, Max: 9}, []string{"1ms", "10ms", "100ms", "1s"}},
		{"minutes, not hundreds of seconds", Axis{Unit: Latency, Scale: Log, Min: 1.9, Max: 150}, []string{"2s", "5s", "10s", "30s", "1m", "2m"}},
		{"less than a factor of 2.5 is all but linear", Axis{Unit: Ratio, Scale: Log, Min: 0.7, Max: 1.3}, []string{"0.8×", "1×", "1.2×"}},
		{"ratios", Axis{Unit: Ratio, Scale: Log, Min: 0.4, Max: 3}, []string{"0.4×", "0.5×", "0.7×", "1×", "1.5×", "2×", "3×"}},
		{"percentiles as people quote them", Axis{Unit: Percentile, Scale: Tail, Max: 3}, []string{"p0", "p50", "p75", "p90", "p95", "p99", "p99.9"}},
		{"categories", Axis{Scale: Category, Names: []string{"accepted", "lost"}}, []string{"accepted", "lost"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, tick := range c.axis.ticks(3) {
				if tick.Label != "" {
					got = append(got, tick.Label)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("ticks differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPercentileOfTheTailScaleIsItself(t *testing.T) {
	a := Axis{Unit: Percentile, Scale: Tail}
	for q, want := range map[float64]string{0: "p0", 0.5: "p50", 0.99: "p99", 0.9999: "p99.99"} {
		if got := a.format(tailOf(q)); got != want {
			t.Errorf("%g prints as %s, want %s", q, got, want)
		}
	}
}

func TestFitLeavesRoomForEveryValue(t *testing.T) {
	for _, values := range []Values{{1, 2, 3}, {0.001}, {5, 5}, {}, {0, 0}} {
		for _, scale := range []Scale{Linear, Log} {
			e := extent{}
			e.cover(scale, values)
			a := e.fit(Axis{Unit: Latency, Scale: scale})
			if !(a.Max > a.Min) || scale == Log && a.Min <= 0 {
				t.Errorf("%v on a %s axis: %g to %g is no range", values, scale, a.Min, a.Max)
			}
			for _, v := range values {
				if p := a.place(v); (v > 0 || scale == Linear) && (p < 0 || p > 1) {
					t.Errorf("%g of %v lies at %g of a %s axis", v, values, p, scale)
				}
			}
		}
	}
}
