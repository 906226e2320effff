package stat

import (
	"math"
	"testing"
)

// D'Agostino and Stephens, Goodness-of-Fit Techniques (1986), chapter 4:
// critical values of the modified statistic, mean estimated.
func TestExponentialP(t *testing.T) {
	for critical, want := range map[float64]float64{0.736: 0.25, 0.916: 0.15, 1.062: 0.10, 1.321: 0.05, 1.591: 0.025, ExponentialCritical: 0.01, 2.244: 0.005} {
		near(t, "P", exponentialP(critical), want, 0.04*want)
	}
	for _, joint := range []float64{0.26, 0.51, 0.95} {
		near(t, "P at a joint", exponentialP(joint-1e-9), exponentialP(joint), 2e-3)
	}
	if exponentialP(1000) > 1e-6 {
		t.Errorf("P of the absurd = %v", exponentialP(1000))
	}
}

// A² is by definition n∫(Fn-F)²/(F(1-F))dF; the midpoint rule over F checks
// the sum formula. Five gaps; their mean is 1.
func TestExponentialDistanceIsTheIntegral(t *testing.T) {
	gaps := []float64{0.1, 0.4, 0.5, 1.3, 2.7}
	const steps = 2_000_000
	sum := 0.0
	for i := range steps {
		f := (float64(i) + 0.5) / steps
		x, below := -math.Log1p(-f), 0.0 // the mean of gaps is 1
		for _, g := range gaps {
			if g <= x {
				below++
			}
		}
		d := below/5 - f
		sum += d * d / (f * (1 - f)) / steps
	}
	near(t, "A²", Exponential(gaps).Statistic, 5*sum, 1e-4)
	near(t, "modified", Exponential(gaps).Modified, 5*sum*1.12, 2e-4)
}

func TestExponentialErrsAtItsLevel(t *testing.T) {
	rng, wrong, tenth := seeded(17), 0, 0
	const repetitions = 3000
	for range repetitions {
		gaps := make([]float64, 50)
		for i := range gaps {
			gaps[i] = 20 * rng.ExpFloat64()
		}
		f := Exponential(gaps)
		if f.Rejected() {
			wrong++
		}
		if f.P <= 0.1 {
			tenth++
		}
	}
	near(t, "error at 1 %", float64(wrong)/repetitions, 0.01, 0.006)
	near(t, "error at 10 %", float64(tenth)/repetitions, 0.10, 0.02)
}

func TestExponentialRejectsEvenGaps(t *testing.T) {
	even := make([]float64, 100)
	for i := range even {
		even[i] = 20 + float64(i%3)
	}
	if f := Exponential(even); !f.Rejected() || f.P > 1e-4 {
		t.Errorf("even gaps pass for Poisson: %+v", f)
	}
	bursts := make([]float64, 100)
	bursts[0], bursts[50] = 100, 100
	if f := Exponential(bursts); !f.Rejected() || !hasWarning(f.Warnings, Ties) {
		t.Errorf("bursts pass for Poisson: %+v", f)
	}
	if f := Exponential(make([]float64, 10)); !f.Rejected() {
		t.Errorf("no gaps at all pass for Poisson: %+v", f)
	}
	if f := Exponential([]float64{1, 2}); f.Rejected() || !hasWarning(f.Warnings, FewSamples) {
		t.Errorf("two gaps: %+v", f)
	}
}
