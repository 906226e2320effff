package stat

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The definition, pair by pair.
func slowEnergy(values []float64, least int) (at int, gain float64) {
	mean := func(x, y []float64, pairs float64) float64 {
		sum := 0.0
		for _, a := range x {
			for _, b := range y {
				sum += math.Abs(a - b)
			}
		}
		return sum / pairs
	}
	for n := least; n <= len(values)-least; n++ {
		x, y := values[:n], values[n:]
		nx, ny := float64(len(x)), float64(len(y))
		e := 2*mean(x, y, nx*ny) - mean(x, x, nx*(nx-1)) - mean(y, y, ny*(ny-1))
		if q := nx * ny / (nx + ny) * e; q > gain {
			at, gain = n, q
		}
	}
	return at, gain
}

func TestEnergyMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := samples(4, 40).Draw(t, "values")
		_, want := slowEnergy(values, 2)
		e := newEnergy(values)
		at, got := e.best(2)
		if math.Abs(got-want) > 1e-9 {
			t.Fatalf("best split %d has %v, by definition %v", at, got, want)
		}
		e.swap(0, len(values)-1) // the tree must follow a swap
		_, want = slowEnergy(values, 2)
		if _, got := e.best(2); math.Abs(got-want) > 1e-9 {
			t.Fatalf("after a swap %v, by definition %v", got, want)
		}
	})
}

// By hand: 0 0 1 1 has between-distance 1 and none within: 2·2/4·2 = 2.
func TestEnergyByHand(t *testing.T) {
	at, gain := newEnergy([]float64{0, 0, 1, 1}).best(2)
	if at != 2 || gain != 2 {
		t.Errorf("split %d with %v, want 2 with 2", at, gain)
	}
}

func steps(n uint64, levels ...float64) []float64 {
	series := normals(seeded(n), 20*len(levels))
	for i := range series {
		series[i] = levels[i/20]*(1+0.03*series[i]) + 0
	}
	return series
}

func TestEDivisiveFindsSteps(t *testing.T) {
	series := steps(61, 100, 120, 120, 90)
	for _, e := range []EDivisive{{}, {Test: Welch, Level: 0.001}} {
		got := e.Changes(series, seeded(1))
		if len(got) != 2 || got[0].Index != 20 || got[1].Index != 60 {
			t.Fatalf("test %d: %+v, want changes at 20 and 60", e.Test, got)
		}
		near(t, "before", got[0].Before, 100, 3)
		near(t, "after", got[0].After, 120, 3)
		near(t, "ratio", got[1].Ratio(), 0.75, 0.03)
		if got[0].P > 0.01 || got[0].P <= 0 {
			t.Errorf("test %d: P = %v", e.Test, got[0].P)
		}
	}
}

func TestEDivisiveIgnoresOnePoint(t *testing.T) {
	series := steps(62, 100, 100)
	series[15] = 500
	if got := (EDivisive{}).Changes(series, seeded(1)); len(got) != 0 {
		t.Errorf("one wild run is a change: %+v", got)
	}
}

func TestEDivisiveShortOrFlat(t *testing.T) {
	for name, series := range map[string][]float64{"none": nil, "five": {1, 1, 9, 9, 9}, "flat": make([]float64, 50)} {
		for _, e := range []EDivisive{{}, {Test: Welch}} {
			if got := e.Changes(series, seeded(1)); len(got) != 0 {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}

func TestEDivisiveIsDeterministic(t *testing.T) {
	series := steps(63, 100, 106, 103)
	before := append([]float64(nil), series...)
	once := EDivisive{Level: 0.05}.Changes(series, seeded(3))
	again := EDivisive{Level: 0.05}.Changes(series, seeded(3))
	if diff := cmp.Diff(once, again); diff != "" || len(once) == 0 {
		t.Error("same seed, other changes:", once, diff)
	}
	if diff := cmp.Diff(before, series); diff != "" {
		t.Error("the series was changed:", diff)
	}
}

// A series without changes must raise an alarm at about its level.
func TestEDivisiveErrsAtItsLevel(t *testing.T) {
	const repetitions = 300
	wrong := 0
	for r := range uint64(repetitions) {
		if len(EDivisive{Level: 0.05}.Changes(normals(seeded(7000+r), 30), seeded(r))) > 0 {
			wrong++
		}
	}
	near(t, "alarms", float64(wrong)/repetitions, 0.05, 0.035)
}

// Equal means, variances and sizes: t of two samples shifted by d is
// d/√(v/n+v/m) with n+m-2 degrees of freedom.
func TestWelch(t *testing.T) {
	base, head := []float64{1, 2, 3, 4, 5}, []float64{3, 4, 5, 6, 7}
	near(t, "P", WelchP(base, head), twoSidedStudent(2, 8), 1e-12)
	near(t, "P from a table, t=2, 8 degrees", WelchP(base, head), 0.0805, 5e-5)
	near(t, "mirrored", WelchP(head, base), WelchP(base, head), 1e-15)
	// Student's sleep data (1908) by group: t = -1.8608, 17.776 degrees, P 0.07939.
	one := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2.0}
	two := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	near(t, "published P", WelchP(one, two), 0.07939, 5e-6)
	near(t, "constants apart", WelchP([]float64{1, 1}, []float64{2, 2}), 0, 0)
	near(t, "constants alike", WelchP([]float64{1, 1}, []float64{1, 1}), 1, 0)
	near(t, "one value", WelchP([]float64{1}, base), 1, 0)
}

func BenchmarkEDivisive(b *testing.B) {
	series := normals(seeded(65), 500)
	for i := range series {
		series[i] += float64(i / 100)
	}
	b.ReportAllocs()
	for b.Loop() {
		EDivisive{}.Changes(series, seeded(1))
	}
}
