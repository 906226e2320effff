package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// near fails unless got is within tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v ± %v", what, got, want, tolerance)
	}
}

func nearInterval(t *testing.T, what string, got Interval, lo, hi, tolerance float64) {
	t.Helper()
	near(t, what+" lower", got.Lo, lo, tolerance)
	near(t, what+" upper", got.Hi, hi, tolerance)
}

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(42, n)) }

// autoregressive is a series of unit innovations with correlation rho.
func autoregressive(rng *rand.Rand, n int, rho float64) []float64 {
	series := make([]float64, n)
	x := rng.NormFloat64() / math.Sqrt(1-rho*rho)
	for i := range series {
		series[i] = x
		x = rho*x + rng.NormFloat64()
	}
	return series
}

func normals(rng *rand.Rand, n int) []float64 { return autoregressive(rng, n, 0) }

func hasWarning(ws []Warning, code Code) bool {
	for _, w := range ws {
		if w.Code == code && w.Text != "" && w.Advice != "" {
			return true
		}
	}
	return false
}

// samples draws n or more values, coarse enough for ties.
func samples(n, most int) *rapid.Generator[[]float64] {
	value := rapid.Map(rapid.IntRange(-40, 40), func(i int) float64 { return float64(i) / 8 })
	return rapid.SliceOfN(value, n, most)
}

func negated(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, x := range values {
		out[i] = -x
	}
	return out
}

func invRoot(n int) float64 { return 1 / math.Sqrt(float64(n)) }
