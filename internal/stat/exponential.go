package stat

import (
	"math"
	"slices"
)

// ExponentialCritical is the value of ExponentialFit.Modified that 1 % of
// truly exponential samples exceed (D'Agostino and Stephens,
// Goodness-of-Fit Techniques, 1986, chapter 4, case of unknown scale).
const ExponentialCritical = 1.959

// ExponentialFit is the outcome of an Anderson-Darling test of gaps between
// arrivals: exponential gaps make a Poisson process.
type ExponentialFit struct {
	Statistic float64 // A², the weighted squared distance
	Modified  float64 // A²(1+0.6/n), comparable to ExponentialCritical
	P         float64 // to about two digits
	Warnings  []Warning
}

// Rejected reports whether the gaps are not exponential, at 1 %.
func (f ExponentialFit) Rejected() bool { return f.Modified > ExponentialCritical }

// Exponential tests whether gaps, in any unit, are exponential with a mean
// estimated from them.
func Exponential(gaps []float64) ExponentialFit {
	n := len(gaps)
	if n < 5 {
		return ExponentialFit{P: 1, Warnings: []Warning{fewValues(n, 5)}}
	}
	mean := Mean(gaps)
	if !(mean > 0) {
		return ExponentialFit{P: 0, Statistic: math.Inf(1), Modified: math.Inf(1)}
	}
	f := ExponentialFit{Statistic: exponentialDistance(gaps, mean)}
	f.Modified = f.Statistic * (1 + 0.6/float64(n))
	f.P = exponentialP(f.Modified)
	if slices.Min(gaps) <= 0 {
		f.Warnings = append(f.Warnings, warn(Ties, "use a finer clock", "some gaps are zero, which exponential ones never are"))
	}
	return f
}

// exponentialDistance is A² = -n - (1/n)Σ(2i-1)[ln F(x_i) + ln(1-F(x_n+1-i))]
// with F(x) = 1-exp(-x/mean).
func exponentialDistance(gaps []float64, mean float64) float64 {
	x := slices.Sorted(slices.Values(gaps))
	n, sum := len(x), 0.0
	for i := range x {
		share := max(-math.Expm1(-x[i]/mean), math.SmallestNonzeroFloat64)
		sum += float64(2*i+1) * (math.Log(share) - x[n-1-i]/mean)
	}
	return -float64(n) - sum/float64(n)
}

// exponentialP approximates the tail of the modified statistic (formulas
// of the same chapter). The last parabola turns at 10,
// where P is below 1e-6.
func exponentialP(a float64) float64 {
	switch {
	case a < 0.26:
		return 1 - math.Exp(-12.2204+67.459*a-110.3*a*a)
	case a < 0.51:
		return 1 - math.Exp(-6.1327+20.218*a-18.663*a*a)
	case a < 0.95:
		return math.Exp(0.9209 - 3.353*a + 0.3*a*a)
	}
	a = min(a, 10)
	return math.Exp(0.731 - 3.009*a + 0.15*a*a)
}
