package stat

import (
	"math"
	"math/big"
	"testing"
)

// The reference adds C(n,i)·pⁱ(1-p)ⁿ⁻ⁱ as exact fractions.
func TestBinomialCDFMatchesExactFractions(t *testing.T) {
	for _, n := range []int64{1, 7, 40, 200} {
		for _, p := range []*big.Rat{big.NewRat(1, 2), big.NewRat(1, 10), big.NewRat(99, 100)} {
			share, _ := p.Float64()
			exact := new(big.Rat)
			for k := int64(0); k <= n; k++ {
				exact.Add(exact, exactTerm(k, n, p))
				want, _ := exact.Float64()
				if got := binomialCDF(k, n, share); math.Abs(got-want) > 1e-12 {
					t.Fatalf("CDF(%d; %d, %v) = %v, want %v", k, n, share, got, want)
				}
			}
		}
	}
}

func exactTerm(k, n int64, p *big.Rat) *big.Rat {
	term := new(big.Rat).SetInt(new(big.Int).Binomial(n, k))
	rest := new(big.Rat).Sub(big.NewRat(1, 1), p)
	for i := int64(0); i < n; i++ {
		if i < k {
			term.Mul(term, p)
		} else {
			term.Mul(term, rest)
		}
	}
	return term
}

func TestBinomialFarTailKeepsPrecision(t *testing.T) {
	// P(X >= 100) for Binomial(100, 0.1) is 1e-100.
	got := binomialSurvival(100, 100, 0.1)
	near(t, "log10 of P(X>=100)", math.Log10(got), -100, 1e-9)
}

func TestBinomialNormalMeetsExactSum(t *testing.T) {
	// On either side of the switch the two must agree where intervals look.
	const n, q = 1_000_000, 0.99 // variance 9,900: summed
	sd := math.Sqrt(n * q * (1 - q))
	for _, z := range []float64{-2.576, -1.96, 0, 1.96, 2.576} {
		k := int64(n*q + z*sd)
		approx := normalCDF((float64(k) + 0.5 - n*q) / sd)
		near(t, "normal at the switch", approx, binomialCDF(k, n, q), 7e-4)
	}
}
