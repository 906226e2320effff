package stat

import (
	"math"
	"testing"
)

func TestInterval(t *testing.T) {
	i := Interval{2, 4, 0.95}
	if !i.Contains(2) || !i.Contains(4) || i.Contains(1.9) || i.Contains(4.1) || i.Contains(math.NaN()) {
		t.Error("ends are not where they should be")
	}
	if i.Width() != 2 || !i.Finite() {
		t.Errorf("width %v, finite %v", i.Width(), i.Finite())
	}
	if got := i.Inverse(); got != (Interval{0.25, 0.5, 0.95}) {
		t.Errorf("inverse = %v", got)
	}
	if got := i.Map(math.Log2); got != (Interval{1, 2, 0.95}) {
		t.Errorf("log2 = %v", got)
	}
	if unbounded().Finite() {
		t.Error("the unbounded interval is finite")
	}
}

func TestWarningString(t *testing.T) {
	w := warn(Drift, "run longer", "level rises by %d %%", 3)
	if got, want := w.String(), "level rises by 3 %; run longer"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
