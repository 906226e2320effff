package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// h+t are the sizes of one-sided nonparametric tolerance limits: Somerville,
// Annals of Mathematical Statistics 29 (1958) 599, table I. 459, and 64 and
// 662 for one over, are also what MLPerf's LoadGen asks for.
func TestNeededUnder(t *testing.T) {
	tests := []struct {
		q, confidence float64
		sizes         []int64
	}{
		{0.99, 0.99, []int64{459, 662, 838, 1001, 1157}},
		{0.95, 0.95, []int64{59, 93, 124, 153, 181}},
		{0.90, 0.95, []int64{29, 46, 61, 76, 89}},
		{0.95, 0.99, []int64{90, 130, 165, 198, 229}},
		{0.90, 0.99, []int64{44, 64}},
	}
	for _, tt := range tests {
		b := TailBound{Quantile: tt.q, Confidence: tt.confidence}
		for over, size := range tt.sizes {
			if got := b.NeededUnder(int64(over)) + int64(over); got != size {
				t.Errorf("q=%v c=%v with %d over needs %d in all, want %d", tt.q, tt.confidence, over, got, size)
			}
		}
	}
}

func TestTailBoundDecide(t *testing.T) {
	b := TailBound{Quantile: 0.99, Confidence: 0.99}
	tests := []struct {
		name    string
		n, over int64
		want    Decision
	}{
		{"nothing sent", 0, 0, Undecided},
		{"one short of proof", 458, 0, Undecided},
		{"just enough", 459, 0, Pass},
		{"one over undoes it", 459, 1, Undecided},
		{"exactly at the bound", 10_000, 100, Undecided},
		{"clearly under", 10_000, 70, Pass},
		{"clearly over", 10_000, 130, Fail},
		{"two of two over", 2, 2, Fail}, // 0.01² < 0.01
		{"one of one over", 1, 1, Fail}, // 0.01 <= 0.01
		{"all of many over", 1_000_000, 1_000_000, Fail},
	}
	for _, tt := range tests {
		if got := b.Decide(tt.n, tt.over); got != tt.want {
			t.Errorf("%s: %d over of %d is %v, want %v", tt.name, tt.over, tt.n, got, tt.want)
		}
	}
}

func TestTailBoundClustered(t *testing.T) {
	b := TailBound{Quantile: 0.99, Confidence: 0.99, Effect: 10}
	if got := b.Decide(4589, 0); got != Undecided {
		t.Errorf("458 samples' worth is %v", got)
	}
	if got := b.Decide(4590, 0); got != Pass {
		t.Errorf("459 samples' worth is %v", got)
	}
	// 130 over of 10,000 are 13 of 1,000: no longer a proof.
	if got := b.Decide(10_000, 130); got != Undecided {
		t.Errorf("13 of 1000 is %v", got)
	}
}

func TestTailBoundMore(t *testing.T) {
	b := TailBound{Quantile: 0.99, Confidence: 0.99}
	if more, ok := b.More(0, 0); more != 459 || !ok {
		t.Errorf("from nothing %d more, want 459", more)
	}
	if more, ok := b.More(400, 0); more != 59 || !ok {
		t.Errorf("after 400 clean ones %d more, want 59", more)
	}
	if more, ok := b.More(10_000, 70); more != 0 || !ok {
		t.Errorf("after a decision %d more, want 0", more)
	}
	if more, ok := b.More(10_000, 100); ok {
		t.Errorf("at the bound itself %d more would decide", more)
	}
	more, ok := b.More(1000, 7)
	if !ok || b.Decide(1000+more, int64(math.Round(0.007*float64(1000+more)))) != Pass {
		t.Errorf("%d more do not decide 7 in 1000", more)
	}
}

func TestTailBoundLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := TailBound{Quantile: rapid.Float64Range(0.5, 0.999).Draw(t, "q"), Confidence: 0.99}
		n := rapid.Int64Range(1, 100_000).Draw(t, "n")
		over := rapid.Int64Range(0, n-1).Draw(t, "over")
		now, worse := b.Decide(n, over), b.Decide(n, over+1)
		if (now == Fail && worse != Fail) || (worse == Pass && now != Pass) {
			t.Fatalf("%d over: %v; one more: %v", over, now, worse)
		}
		upper := Proportion{over, n}.UpperBound(0.99)
		if (now == Pass) != (upper <= 1-b.Quantile) && math.Abs(upper-1+b.Quantile) > 1e-6 {
			t.Fatalf("%v, but the exact upper bound of the share is %v", now, upper)
		}
	})
}

// At the bound itself a wrong pass happens to at most 1 in 100, exactly.
func TestTailBoundError(t *testing.T) {
	b := TailBound{Quantile: 0.95, Confidence: 0.99}
	for _, n := range []int64{90, 500, 5000} {
		wrong := 0.0
		for over := int64(0); b.Decide(n, over) == Pass; over++ {
			wrong = binomialCDF(over, n, 0.05)
		}
		if wrong > 0.01 || wrong < 0.002 {
			t.Errorf("n=%d: a target at the bound passes with %v", n, wrong)
		}
	}
}

func TestDecide(t *testing.T) {
	tests := []struct {
		lo, hi float64
		want   Decision
	}{{1, 2, Pass}, {1, 3, Pass}, {2, 4, Undecided}, {3, 4, Undecided}, {3.1, 4, Fail}, {1, math.Inf(1), Undecided}, {math.NaN(), math.NaN(), Undecided}}
	for _, tt := range tests {
		if got := Decide(Interval{tt.lo, tt.hi, 0.95}, 3); got != tt.want {
			t.Errorf("%v..%v against 3 is %v, want %v", tt.lo, tt.hi, got, tt.want)
		}
	}
	if Pass.String() != "pass" || Fail.String() != "fail" || Undecided.String() != "undecided" {
		t.Error("decisions are misnamed")
	}
}
