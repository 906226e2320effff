package stat

import "math"

// Lag1 is the sample autocorrelation of neighbours, in -1..1; 0 for a series
// that is constant or shorter than three.
func Lag1(series []float64) float64 { return Autocorrelation(series, 1) }

// Autocorrelation is the sample autocorrelation at lag, with the usual
// divisor n (Box and Jenkins, 2.1.5); 0 where it is not defined.
func Autocorrelation(series []float64, lag int) float64 {
	all := squares(series)
	if len(series) < lag+2 || lag < 0 || !(all > 0) {
		return 0
	}
	mean, sum := Mean(series), 0.0
	for i, x := range series[lag:] {
		sum += (x - mean) * (series[i] - mean)
	}
	return sum / all
}

// EffectiveSamples is what n samples of a first-order autoregressive series
// with correlation rho are worth in independent ones for their mean:
// n(1-rho)/(1+rho).
func EffectiveSamples(n, rho float64) float64 { return n * (1 - rho) / (1 + rho) }

// DesignEffect is how many clustered samples it takes to be worth one
// independent one, from the share of an event (over a bound, say) in each
// block: the variance between blocks over what independent samples would
// show. It is at least 1: less is luck, and would narrow an interval. It
// needs two blocks with samples, and 20 to be worth much.
func DesignEffect(blocks []Proportion) float64 {
	var all Proportion
	used := 0
	for _, b := range blocks {
		if b.N > 0 {
			all.K, all.N, used = all.K+b.K, all.N+b.N, used+1
		}
	}
	share := all.Share()
	if used < 2 || !inUnit(share) {
		return 1
	}
	spread := 0.0
	for _, b := range blocks {
		off := float64(b.K) - share*float64(b.N)
		spread += off * off
	}
	expected := float64(all.N) * share * (1 - share) * float64(used-1) / float64(used)
	return math.Max(1, spread/expected)
}

// MeansEffect is DesignEffect for means: the variance between the means of
// equal blocks of perBlock samples over variance/perBlock, where variance is
// that of single samples. At least 1.
func MeansEffect(blockMeans []float64, perBlock int, variance float64) float64 {
	effect := Variance(blockMeans) * float64(perBlock) / variance
	if !isFinite(effect) {
		return 1
	}
	return math.Max(1, effect)
}
