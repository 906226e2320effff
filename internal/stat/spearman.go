package stat

import "math"

// Spearman tests whether two series of equal length rise and fall together;
// Statistic is the rank correlation, in -1..1 (Spearman 1904). P is by
// Student's t with n-2 degrees of freedom and never exact.
func Spearman(x, y []float64) Test {
	n := min(len(x), len(y))
	if n < 3 {
		return Test{Statistic: math.NaN(), P: 1, Warnings: []Warning{fewValues(n, 3)}}
	}
	xr, _ := doubledRanks(x[:n])
	yr, _ := doubledRanks(y[:n])
	rho := correlation(xr, yr)
	if !isFinite(rho) {
		return Test{P: 1, Warnings: []Warning{warn(Ties, "nothing can be said of a constant", "one of the series does not vary")}}
	}
	t := rho * math.Sqrt(float64(n-2)/((1-rho)*(1+rho)))
	return Test{Statistic: rho, P: twoSidedStudent(t, float64(n-2))}
}

// correlation is Pearson's, of doubled ranks: their mean is n+1.
func correlation(x, y []int) float64 {
	mean := len(x) + 1
	var xx, yy, xy int
	for i := range x {
		dx, dy := x[i]-mean, y[i]-mean
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	return float64(xy) / math.Sqrt(float64(xx)*float64(yy))
}

// SerialSpearman is Spearman between a series and itself lag places on:
// Lancet's test of independence (Kogias et al., ATC 2019).
func SerialSpearman(series []float64, lag int) Test {
	if lag < 1 || lag >= len(series) {
		return Test{Statistic: math.NaN(), P: 1, Warnings: []Warning{fewValues(len(series), lag+3)}}
	}
	return Spearman(series[:len(series)-lag], series[lag:])
}
