package stat

import (
	"math"
	"slices"
)

// The largest samples for which the Kolmogorov-Smirnov distributions are
// computed exactly: values of one sample, and product of two sizes.
const (
	exactKolmogorov = 100
	exactSmirnov    = 10_000
)

// KolmogorovSmirnov tests whether two samples come from one distribution,
// whatever their difference: place, spread or a second mode. Statistic is
// the greatest distance of their cumulative shares, in 0..1. With ties P is
// an upper bound. Values must be independent.
func KolmogorovSmirnov(base, head []float64) Test {
	n, m := len(base), len(head)
	if n == 0 || m == 0 {
		return Test{Statistic: math.NaN(), P: 1, Warnings: []Warning{fewValues(0, 1)}}
	}
	d := shareDistance(slices.Sorted(slices.Values(base)), slices.Sorted(slices.Values(head)))
	if n*m <= exactSmirnov {
		return Test{Statistic: d, P: smirnovExact(n, m, d), Exact: true}
	}
	return Test{Statistic: d, P: stephensSurvival(d, harmonic(float64(n), float64(m)))}
}

func harmonic(n, m float64) float64 { return n * m / (n + m) }

func shareDistance(base, head []float64) float64 {
	i, j, far := 0, 0, 0.0
	for i < len(base) && j < len(head) {
		at := min(base[i], head[j])
		for i < len(base) && base[i] <= at {
			i++
		}
		for j < len(head) && head[j] <= at {
			j++
		}
		gap := float64(i)/float64(len(base)) - float64(j)/float64(len(head))
		far = max(far, math.Abs(gap))
	}
	return far
}

// smirnovExact is P(D >= d): one less the share of orders of n and m values
// whose cumulative shares stay nearer than d throughout. share[j] is, of the
// orders of the first i and j, those that did.
func smirnovExact(n, m int, d float64) float64 {
	near := func(i, j int) bool {
		return math.Abs(float64(i)/float64(n)-float64(j)/float64(m)) < d-1e-12
	}
	share := make([]float64, m+1)
	for i := range n + 1 {
		for j := range m + 1 {
			switch {
			case i+j == 0:
				share[j] = 1
			case j == 0: // only from above: share[j] stays
			default:
				share[j] = (float64(i)*share[j] + float64(j)*share[j-1]) / float64(i+j)
			}
			if !near(i, j) {
				share[j] = 0
			}
		}
	}
	return min(max(1-share[m], 0), 1)
}

// KolmogorovSmirnovCounts is KolmogorovSmirnov for two histograms over the
// same buckets, lowest first. P is that of worth·count independent samples,
// where worth in 0..1 is one over the design effect; never exact.
func KolmogorovSmirnovCounts(base, head []int64, worth float64) Test {
	n, m := total(base), total(head)
	if n == 0 || m == 0 || len(base) != len(head) {
		return Test{Statistic: math.NaN(), P: 1, Warnings: []Warning{fewValues(0, 1)}}
	}
	var i, j int64
	far := 0.0
	for k := range base {
		i, j = i+base[k], j+head[k]
		far = max(far, math.Abs(float64(i)/float64(n)-float64(j)/float64(m)))
	}
	return Test{Statistic: far, P: stephensSurvival(far, worth*harmonic(float64(n), float64(m)))}
}

func total(counts []int64) (sum int64) {
	for _, c := range counts {
		sum += c
	}
	return sum
}

// KolmogorovSmirnovFit tests whether values come from the continuous
// distribution with that cumulative function, whose parameters must not have
// been fitted to the same values.
func KolmogorovSmirnovFit(values []float64, cdf func(float64) float64) Test {
	n := len(values)
	if n == 0 {
		return Test{Statistic: math.NaN(), P: 1, Warnings: []Warning{fewValues(0, 1)}}
	}
	d := 0.0
	for i, x := range slices.Sorted(slices.Values(values)) {
		f := cdf(x)
		d = max(d, f-float64(i)/float64(n), float64(i+1)/float64(n)-f)
	}
	// Beyond n·d² = 7 the exact sum would drown in 1-P; both agree there.
	if n <= exactKolmogorov && float64(n)*d*d < 7 {
		return Test{Statistic: d, P: 1 - kolmogorovExact(n, d), Exact: true}
	}
	return Test{Statistic: d, P: stephensSurvival(d, float64(n))}
}
