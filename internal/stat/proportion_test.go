package stat

import (
	"testing"

	"pgregory.net/rapid"
)

// Newcombe, Two-sided confidence intervals for the single proportion,
// Statistics in Medicine 17 (1998) 857, table I: methods 3 and 5.
func TestProportionIntervals(t *testing.T) {
	tests := []struct {
		p                              Proportion
		wilsonLo, wilsonHi, cpLo, cpHi float64
	}{
		{Proportion{81, 263}, 0.2553, 0.3662, 0.2527, 0.3676},
		{Proportion{15, 148}, 0.0624, 0.1605, 0.0578, 0.1617},
		{Proportion{0, 20}, 0, 0.1611, 0, 0.1684},
		{Proportion{1, 29}, 0.0061, 0.1718, 0.0009, 0.1776},
	}
	for _, tt := range tests {
		nearInterval(t, "Wilson", tt.p.Wilson(0.95), tt.wilsonLo, tt.wilsonHi, 5e-5)
		nearInterval(t, "Clopper-Pearson", tt.p.ClopperPearson(0.95), tt.cpLo, tt.cpHi, 5e-5)
	}
}

// Newcombe, Interval estimation for the difference between independent
// proportions, Statistics in Medicine 17 (1998) 873, table II, method 10.
func TestDifference(t *testing.T) {
	tests := []struct {
		head, base Proportion
		lo, hi     float64
	}{
		{Proportion{56, 70}, Proportion{48, 80}, 0.0524, 0.3339},
		{Proportion{9, 10}, Proportion{3, 10}, 0.1705, 0.8090},
		{Proportion{6, 7}, Proportion{2, 7}, 0.0582, 0.8062},
		{Proportion{5, 56}, Proportion{0, 29}, -0.0381, 0.1926},
		{Proportion{0, 10}, Proportion{0, 20}, -0.1611, 0.2775},
		{Proportion{0, 10}, Proportion{0, 10}, -0.2775, 0.2775},
		{Proportion{10, 10}, Proportion{0, 20}, 0.6791, 1},
		{Proportion{10, 10}, Proportion{0, 10}, 0.6075, 1},
	}
	for _, tt := range tests {
		nearInterval(t, "difference", Difference(tt.base, tt.head, 0.95), tt.lo, tt.hi, 5e-5)
	}
}

// Hanley and Lippman-Hand, JAMA 249 (1983) 1743: no event in n leaves 3/n.
func TestRuleOfThree(t *testing.T) {
	near(t, "0 of 100", RuleOfThree(100, 0.95), 0.0295, 5e-5)
	near(t, "0 of 10,000 times n", RuleOfThree(10_000, 0.95)*10_000, 2.9953, 5e-5)
	for rate, want := range map[float64]int64{0.001: 2_995, 0.0001: 29_956} {
		if got := ZeroFailures(rate, 0.95); got != want {
			t.Errorf("ZeroFailures(%v) = %d, want %d", rate, got, want)
		}
	}
}

func TestProportionOfNothing(t *testing.T) {
	if got := (Proportion{}).Wilson(0.95); got != (Interval{0, 1, 1}) {
		t.Errorf("Wilson of no trials = %v", got)
	}
	if got := (Proportion{}).ClopperPearson(0.95); got != (Interval{0, 1, 1}) {
		t.Errorf("Clopper-Pearson of no trials = %v", got)
	}
	if got := Difference(Proportion{}, Proportion{1, 2}, 0.95); got != (Interval{-1, 1, 1}) {
		t.Errorf("difference from no trials = %v", got)
	}
}

func proportions() *rapid.Generator[Proportion] {
	return rapid.Custom(func(t *rapid.T) Proportion {
		n := rapid.Int64Range(1, 100_000).Draw(t, "n")
		return Proportion{rapid.Int64Range(0, n).Draw(t, "k"), n}
	})
}

func TestProportionLaws(t *testing.T) {
	const bit = 1e-9
	rapid.Check(t, func(t *rapid.T) {
		p := proportions().Draw(t, "p")
		other := Proportion{p.N - p.K, p.N}
		for name, of := range map[string]func(Proportion) Interval{
			"wilson": func(p Proportion) Interval { return p.Wilson(0.95) },
			"exact":  func(p Proportion) Interval { return p.ClopperPearson(0.95) },
		} {
			i, j := of(p), of(other)
			if i.Lo < 0 || i.Hi > 1 || i.Lo > p.Share()+bit || i.Hi < p.Share()-bit {
				t.Fatalf("%s of %v is %v", name, p, i)
			}
			if d := i.Lo - (1 - j.Hi); d > bit || d < -bit {
				t.Fatalf("%s: %v of events, %v of others", name, i, j)
			}
		}
	})
}

func TestDifferenceMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := proportions().Draw(t, "a"), proportions().Draw(t, "b")
		there, back := Difference(a, b, 0.95), Difference(b, a, 0.95)
		if there.Lo != -back.Hi || there.Hi != -back.Lo {
			t.Fatalf("%v one way, %v the other", there, back)
		}
		if !there.Contains(b.Share() - a.Share()) {
			t.Fatalf("%v misses %v", there, b.Share()-a.Share())
		}
		if there.Lo < -1-1e-9 || there.Hi > 1+1e-9 {
			t.Fatalf("%v leaves -1..1", there)
		}
	})
}

// Clopper-Pearson is exact: for each true share the outcomes whose interval
// misses it have together at most 5 % probability.
func TestClopperPearsonNeverUndercovers(t *testing.T) {
	const n = 30
	intervals := make([]Interval, n+1)
	for k := range intervals {
		intervals[k] = Proportion{int64(k), n}.ClopperPearson(0.95)
	}
	for share := 0.005; share < 1; share += 0.005 {
		held := 0.0
		for k, i := range intervals {
			if i.Contains(share) {
				held += binomialCDF(int64(k), n, share) - binomialCDF(int64(k)-1, n, share)
			}
		}
		if held < 0.95-1e-9 {
			t.Fatalf("true share %v is held with %v", share, held)
		}
	}
}
