package stat

import "math"

// jackknife evaluates the statistics with each stretch of Block pairs left
// out in turn; one row per statistic.
func (b Bootstrap) jackknife(statistics int, statistic func([]int) []float64) [][]float64 {
	rows := make([][]float64, statistics)
	whole := sequence(b.Pairs)
	kept := make([]int, 0, b.Pairs)
	for start := 0; start < b.Pairs; start += b.Block {
		kept = append(kept[:0], whole[:start]...)
		kept = append(kept, whole[min(start+b.Block, b.Pairs):]...)
		for i, x := range statistic(kept) {
			if isFinite(x) {
				rows[i] = append(rows[i], x)
			}
		}
	}
	return rows
}

// corrected is the BCa interval with tail beyond each end: the resamples' quantiles at levels moved by
// bias z0 and acceleration a, Φ(z0 + (z0+z)/(1-a(z0+z))).
func corrected(value float64, sorted, jackknife []float64, tail float64) Interval {
	if len(sorted) < 2 {
		return unbounded()
	}
	z0, a := bias(value, sorted), acceleration(jackknife)
	level := func(p float64) float64 {
		z := z0 + normalQuantile(p)
		if room := 1 - a*z; room > 0 {
			return normalCDF(z0 + z/room)
		}
		// So skewed that the correction runs off the scale: take the end.
		return math.Round(normalCDF(z))
	}
	return outer(sorted, level(tail), level(1-tail), 1-2*tail)
}

// bias is the normal quantile of the share of resamples below the estimate,
// equal ones as halves, and kept off 0 and 1.
func bias(value float64, sorted []float64) float64 {
	below := 0.0
	for _, x := range sorted {
		switch {
		case x < value:
			below++
		case x == value:
			below += 0.5
		}
	}
	n := float64(len(sorted))
	return normalQuantile(min(max(below, 0.5), n-0.5) / n)
}

// acceleration is a sixth of the jackknife values' skewness, sign turned.
func acceleration(jackknife []float64) float64 {
	mean := Mean(jackknife)
	var two, three float64
	for _, x := range jackknife {
		d := mean - x
		two += d * d
		three += d * d * d
	}
	if !(two > 0) {
		return 0
	}
	return three / (6 * math.Pow(two, 1.5))
}
