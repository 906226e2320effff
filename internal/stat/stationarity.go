package stat

import "math"

// stationarityLevel is the error allowed to each of the checks: a warning
// that is wrong once in a hundred runs is still read.
const stationarityLevel = 0.01

// Stationarity is how far a series of block values, in time order, is from a
// steady level with independent noise.
type Stationarity struct {
	Trend      Test    // Mann-Kendall, its P widened by the correlation found
	Slope      float64 // Theil-Sen, in the series' unit per block
	Thirds     float64 // median of the last third over that of the first, less 1
	Lag1       float64 // correlation of neighbours, after taking the slope out
	Stationary bool    // neither drift nor correlation was found
	Warnings   []Warning
}

// CheckStationarity looks for drift and for blocks too short to be
// independent. It needs 8 blocks to say anything and 20 to be worth much.
func CheckStationarity(series []float64) Stationarity {
	n := len(series)
	if n < 8 {
		return Stationarity{Trend: Test{P: 1}, Warnings: []Warning{fewValues(n, 8)}}
	}
	s := Stationarity{Trend: MannKendall(series), Slope: TheilSen(series), Thirds: thirdsChange(series)}
	s.Lag1 = Lag1(detrended(series, s.Slope))
	if math.Abs(s.Lag1) > twoSidedZ(1-stationarityLevel)/math.Sqrt(float64(n)) {
		s.Warnings = append(s.Warnings, lagWarning(s.Lag1))
	}
	s.Trend = widened(s.Trend, series, s.Lag1)
	if s.Trend.P < stationarityLevel {
		s.Warnings = append(s.Warnings, driftWarning(s))
	}
	s.Stationary = len(s.Warnings) == 0
	return s
}

// widened is a trend test with its variance multiplied by n/n_eff, because
// positively correlated series wander (Yue and Wang 2004). rho was estimated
// after a line was taken out, which lowers it by about (2+4·rho)/n; that is
// put back. A rho within 5 % of chance leaves the test as it is. On AR(1)
// series of 40 with rho 0..0.8 this errs in 1-2 % where 1 % is nominal; the
// plain test errs in up to a third.
func widened(t Test, series []float64, rho float64) Test {
	n := float64(len(series))
	rho = min((n*rho+2)/(n-4), 0.95)
	if rho <= 1.645/math.Sqrt(n) {
		return t
	}
	t.Exact = false
	t.P = twoSidedNormal(t.Statistic, 2, kendallVariance(series)/EffectiveSamples(1, rho))
	return t
}

func detrended(series []float64, slope float64) []float64 {
	flat := make([]float64, len(series))
	for i, x := range series {
		flat[i] = x - slope*float64(i)
	}
	return flat
}

func thirdsChange(series []float64) float64 {
	third := len(series) / 3
	return Median(series[len(series)-third:])/Median(series[:third]) - 1
}

func lagWarning(rho float64) Warning {
	if rho < 0 {
		return warn(Autocorrelated, "look for something that alternates, as two shards taken in turn",
			"blocks alternate (lag-1 correlation %.2f)", rho)
	}
	return warn(Autocorrelated, "make blocks longer, or use the block bootstrap",
		"blocks resemble their neighbours (lag-1 correlation %.2f), so they are worth fewer than they are", rho)
}

func driftWarning(s Stationarity) Warning {
	way := "rises"
	if s.Trend.Statistic < 0 {
		way = "falls"
	}
	return warn(Drift, "lengthen the warm-up, or look for a backlog or a leak; compare only interleaved blocks",
		"the level %s with time: the last third is %+.1f %% off the first (p=%.2g)", way, 100*s.Thirds, s.Trend.P)
}
