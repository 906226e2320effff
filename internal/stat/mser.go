package stat

// Truncation is where a series has settled.
type Truncation struct {
	Drop     int     // leading values to leave out
	Mean     float64 // of the rest, up to the last whole batch
	Settled  bool    // whether the end of the warm-up lies inside the series
	Warnings []Warning
}

// MSER5 finds the end of the warm-up of a series in time order: the
// truncation that makes the standard error of the mean of the rest least,
// over means of five values (White, Cobb and Spratt, Winter Simulation
// Conference 2000). At most half is dropped; a minimum that far out means
// the series never settled. It wants 50 values at least.
func MSER5(series []float64) Truncation { return MSER(series, 5) }

// MSER is MSER5 with batches of another size.
func MSER(series []float64, batch int) Truncation {
	means := batchMeans(series, max(batch, 1))
	if len(means) < 10 {
		return Truncation{Mean: Mean(series), Warnings: []Warning{fewValues(len(series), 10*max(batch, 1))}}
	}
	half := len(means) / 2
	drop := leastError(means, half)
	t := Truncation{Drop: drop * max(batch, 1), Mean: Mean(means[drop:]), Settled: drop < half}
	if !t.Settled {
		t.Warnings = append(t.Warnings, warn(NotSettled, "run longer, or give the warm-up yourself",
			"the first half of the run still differs from the rest"))
	}
	return t
}

// leastError is the number of leading means, up to most, whose loss makes
// Σ(y-ȳ)²/k² of the k others least; the smallest of equals.
func leastError(means []float64, most int) int {
	best, least := 0, 0.0
	for d := 0; d <= most; d++ {
		rest := means[d:]
		k := float64(len(rest))
		if e := squares(rest) / (k * k); d == 0 || e < least {
			best, least = d, e
		}
	}
	return best
}

// batchMeans averages each whole batch of size values; the odd end is left.
func batchMeans(series []float64, size int) []float64 {
	means := make([]float64, 0, len(series)/size)
	for ; len(series) >= size; series = series[size:] {
		means = append(means, Mean(series[:size]))
	}
	return means
}
