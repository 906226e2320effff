package stat

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// Benjamini and Hochberg, JRSS B 57 (1995) 289, section 3.2: of 15 P values
// their procedure rejects four at 0.05; Holm's step-down, like Bonferroni,
// rejects three.
func TestBenjaminiHochbergPublished(t *testing.T) {
	p := []float64{
		0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
		0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
	}
	rejected := func(adjusted []float64) (n int) {
		for _, x := range adjusted {
			if x <= 0.05 {
				n++
			}
		}
		return n
	}
	if got := rejected(BenjaminiHochberg(p)); got != 4 {
		t.Errorf("Benjamini-Hochberg rejects %d, want 4", got)
	}
	if got := rejected(Holm(p)); got != 3 {
		t.Errorf("Holm rejects %d, want 3", got)
	}
}

// By hand, out of order: Holm multiplies by 5, 4, ... and keeps the running
// greatest; BH multiplies by 5/rank and keeps the least from the end.
func TestAdjustedByHand(t *testing.T) {
	p := []float64{0.03, 0.01, 0.05, 0.02, 0.04}
	hair := cmpopts.EquateApprox(0, 1e-12)
	if diff := cmp.Diff([]float64{0.09, 0.05, 0.09, 0.08, 0.09}, Holm(p), hair); diff != "" {
		t.Error("Holm:", diff)
	}
	if diff := cmp.Diff([]float64{0.05, 0.05, 0.05, 0.05, 0.05}, BenjaminiHochberg(p), hair); diff != "" {
		t.Error("Benjamini-Hochberg:", diff)
	}
	if len(Holm(nil)) != 0 || len(BenjaminiHochberg(nil)) != 0 {
		t.Error("an empty family has values")
	}
}

func TestAdjustedLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 30).Draw(t, "p")
		holm, bh := Holm(p), BenjaminiHochberg(p)
		for i := range p {
			if holm[i] < p[i] || bh[i] < p[i]*(1-1e-12) || holm[i] > 1 || bh[i] > 1 {
				t.Fatalf("raw %v, Holm %v, BH %v", p[i], holm[i], bh[i])
			}
			if bh[i] > holm[i]*(1+1e-12) {
				t.Fatalf("BH %v is stricter than Holm %v", bh[i], holm[i])
			}
			for j := range p {
				if p[i] < p[j] && (holm[i] > holm[j] || bh[i] > bh[j]) {
					t.Fatalf("%v and %v change order", p[i], p[j])
				}
			}
		}
	})
}
