package results

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// seconds makes a record of one target whose seconds went well (.), badly (x),
// half and half (=), were only throttled (t), or saw nothing ( ).
func seconds(pattern string) *Record {
	rec := Memory(Run{Targets: map[string]*Target{"cloud": {}}})
	for i, r := range pattern {
		outcomes := map[rune]map[string]int64{
			'.': {"ok": 10, "target_5xx": 1, "throttled": 50, "client_fault": 50},
			'x': {"ok": 4, "target_5xx": 1, "target_timeout": 2, "target_reset": 1, "network": 1},
			'=': {"ok": 2, "network": 2},
			't': {"throttled": 9, "client_fault": 9, "generator_fault": 9},
		}[r]
		at := time.Duration(i) * time.Second
		rec.Points = append(rec.Points, Point{Start: at, End: at + time.Second, Target: "cloud", Op: "send", Outcomes: outcomes})
	}
	return rec
}

func TestOutages(t *testing.T) {
	for _, test := range []struct {
		name, pattern string
		want          []Outage
	}{
		{"none", "..........", []Outage{}},
		{"half is not more than half", "==========", []Outage{}},
		{"two bad of five are a hiccup", ".xx...x.x.", []Outage{}},
		{"three of five", "..x.x.x....." + ".", []Outage{{Start: 2e9, End: 7e9}}},
		{"the first of five good ends it", "xxx.....", []Outage{{Start: 0, End: 3e9}}},
		{"four good do not", "xxx....x.....", []Outage{{Start: 0, End: 8e9}}},
		{"the run ends in it", ".xxxx", []Outage{{Start: 1e9, End: 5e9, Open: true}}},
		{"the run ends before it is over", ".xxx....", []Outage{{Start: 1e9, End: 8e9, Open: true}}},
		{"two", "xxx.....xxx.....", []Outage{{Start: 0, End: 3e9}, {Start: 8e9, End: 11e9}}},
		{"what ended before counts no more", "xxx.....xx......", []Outage{{Start: 0, End: 3e9}}},
		{"silence is evidence of nothing", "x   x   x   . . . . .", []Outage{{Start: 0, End: 12e9}}},
		{"so are throttled requests", "xtttxtttx.....", []Outage{{Start: 0, End: 9e9}}},
		{"four slots in five", "x.xx" + ".....", []Outage{{Start: 0, End: 4e9}}},
	} {
		got := seconds(test.pattern).availability("cloud")
		if diff := cmp.Diff(test.want, got.Outages); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", test.name, test.pattern, diff)
		}
	}
}

func TestPlatformMinutesCountFromTen(t *testing.T) {
	for pattern, want := range map[string]float64{
		strings.Repeat("x", 599) + ".....":                                     0,
		strings.Repeat("x", 600) + ".....":                                     10,
		strings.Repeat("x", 900) + "....." + strings.Repeat("x", 60) + ".....": 15,
		strings.Repeat("x", 600) + "....." + strings.Repeat("x", 660):          21,
	} {
		if got := seconds(pattern).availability("cloud").PlatformMinutesDown; math.Abs(got-want) > 1e-9 {
			t.Errorf("%d slots: %v platform minutes, want %v", len(pattern), got, want)
		}
	}
}

func TestAvailability(t *testing.T) {
	a := seconds("..x").availability("cloud")
	if want := 24.0 / 31; math.Abs(a.Ratio-want) > 1e-12 {
		t.Errorf("ratio %v, want %v", a.Ratio, want)
	}
	// No failure among 100 leaves room for 3.6 %: Clopper and Pearson (1934),
	// 1 - 0.025^(1/100).
	rec := seconds("")
	rec.Points = []Point{{End: time.Second, Target: "cloud", Op: "send", Outcomes: map[string]int64{"ok": 100}}}
	a = rec.availability("cloud")
	if want := math.Pow(0.025, 0.01); a.Ratio != 1 || a.CI95[1] != 1 || math.Abs(a.CI95[0]-want) > 1e-9 {
		t.Errorf("%+v, want a lower bound of %v", a, want)
	}
	rec.Points[0].Block = WarmupBlock
	if a := rec.availability("cloud"); a != nil {
		t.Errorf("warm-up alone has availability %+v", a)
	}
	if a := seconds("ttt").availability("cloud"); a != nil {
		t.Errorf("throttled requests alone have availability %+v", a)
	}
	if a := seconds("...").availability("onprem"); a != nil {
		t.Errorf("another target has availability %+v", a)
	}
}

// A point far in the future must not cost memory for the time between.
func TestSparseSlots(t *testing.T) {
	rec := seconds("xxx")
	rec.Points = append(rec.Points, Point{Start: maxTime - 1, End: maxTime, Target: "cloud", Outcomes: map[string]int64{"ok": 1}})
	want := []Outage{{Start: 0, End: maxTime, Open: true}}
	if diff := cmp.Diff(want, rec.availability("cloud").Outages); diff != "" {
		t.Errorf("outages (-want +got):\n%s", diff)
	}
}
