package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Student's sleep data again, read as log ratios: all but the scale is
// published in summary_test.go.
func TestPairedRatioPublished(t *testing.T) {
	p := PairedRatio(sleep(), 0.95)
	near(t, "log mean", math.Log(p.Mean), 1.58, 1e-12)
	nearInterval(t, "log interval", p.Student.Map(math.Log), 0.7001142, 2.4598858, 1e-6)
	if p.N != 10 || len(p.Warnings) != 0 {
		t.Errorf("%d pairs, warnings %v", p.N, p.Warnings)
	}
	near(t, "P", PairedRatio(depression(), 0.95).P, 2*0.01953, 1e-5)
}

func TestPairedRatioWarns(t *testing.T) {
	few := PairedRatio([]float64{0.1, 0.2, 0.3}, 0.95)
	if !hasWarning(few.Warnings, FewSamples) || few.Wilcoxon.Lo != 0 || !math.IsInf(few.Wilcoxon.Hi, 1) {
		t.Errorf("three pairs: %+v", few)
	}
	lost := PairedRatio([]float64{1, math.NaN(), 2, math.Inf(1), 3, 4, 5, 6, 7}, 0.95)
	if lost.N != 7 || !hasWarning(lost.Warnings, Undefined) {
		t.Errorf("two pairs without ratio: %+v", lost)
	}
	wander := PairedRatio(autoregressive(seeded(9), 40, 0.8), 0.95)
	if !hasWarning(wander.Warnings, Autocorrelated) {
		t.Errorf("correlated pairs: %+v", wander)
	}
	if none := PairedRatio(nil, 0.95); none.N != 0 || !hasWarning(none.Warnings, FewSamples) {
		t.Errorf("no pairs: %+v", none)
	}
}

func TestPairedRatioMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logs := samples(2, 40).Draw(t, "logs")
		there, back := PairedRatio(logs, 0.95), PairedRatio(negated(logs), 0.95)
		if math.Abs(there.Mean*back.Mean-1) > 1e-9 || math.Abs(there.HodgesLehmann*back.HodgesLehmann-1) > 1e-9 {
			t.Fatalf("estimates %v and %v", there, back)
		}
		if !there.Student.Contains(there.Mean) {
			t.Fatalf("%v misses %v", there.Student, there.Mean)
		}
		if math.Abs(there.Student.Lo*back.Student.Hi-1) > 1e-9 || math.Abs(there.P-back.P) > 1e-9 {
			t.Fatalf("%+v one way, %+v the other", there, back)
		}
		if Judge(there.Student, 0.05) != Judge(back.Student, 0.05).Mirror() {
			t.Fatalf("%v is %v, mirrored %v", there.Student, Judge(there.Student, 0.05), Judge(back.Student, 0.05))
		}
	})
}

// A/A: pairs that do not differ. Each interval must miss 1 about one time in
// twenty (standard error of 2,000 repetitions: 0.5 %).
func TestPairedRatioErrsAtItsLevel(t *testing.T) {
	rng := seeded(11)
	const repetitions = 2000
	var student, wilcoxon, test int
	for range repetitions {
		logs := normals(rng, 20)
		if !MeanInterval(logs, 0.95).Contains(0) {
			student++
		}
		if !SignedRankInterval(logs, 0.95).Contains(0) {
			wilcoxon++
		}
		if SignedRank(logs).P <= 0.05 {
			test++
		}
	}
	near(t, "Student's error", float64(student)/repetitions, 0.05, 0.015)
	near(t, "Wilcoxon's error", float64(wilcoxon)/repetitions, 0.05, 0.015)
	if test != wilcoxon {
		t.Errorf("the test rejects %d times, its interval %d times", test, wilcoxon)
	}
}

func TestPairsToDecide(t *testing.T) {
	// Centre 0, reaching to ±0.1 in log; ±5 % is at 0.0488, so about 2.05² as many.
	n, ok := PairsToDecide(Interval{math.Exp(-0.1), math.Exp(0.1), 0.95}, 10, 0.05)
	if n != 43+1 || !ok {
		t.Errorf("need %d, %v, want 44", n, ok)
	}
	if n, ok := PairsToDecide(Interval{1.2, 1.3, 0.95}, 10, 0.05); n != 10 || !ok {
		t.Errorf("after a verdict %d, %v, want the 10 there are", n, ok)
	}
	if _, ok := PairsToDecide(Interval{0, math.Inf(1), 0.95}, 3, 0.05); ok {
		t.Error("an unbounded interval tells how many")
	}
	edge := Interval{1.05 / 1.2, 1.05 * 1.2, 0.95}
	if n, ok := PairsToDecide(edge, 10, 0.05); ok && n < 1_000_000 {
		t.Errorf("with the centre on the edge %d pairs would do", n)
	}
}
