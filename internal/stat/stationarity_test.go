package stat

import (
	"strings"
	"testing"
)

func TestCheckStationarity(t *testing.T) {
	level := func(values []float64, slope float64) []float64 {
		for i := range values {
			values[i] += 100 + slope*float64(i)
		}
		return values
	}
	steady := CheckStationarity(level(normals(seeded(31), 30), 0))
	if !steady.Stationary || len(steady.Warnings) != 0 {
		t.Errorf("a steady series: %+v", steady)
	}
	rising := CheckStationarity(level(normals(seeded(32), 30), 0.5))
	if rising.Stationary || !hasWarning(rising.Warnings, Drift) || !strings.Contains(rising.Warnings[0].Text, "rises") {
		t.Errorf("a rising series: %+v", rising)
	}
	near(t, "slope", rising.Slope, 0.5, 0.1)
	near(t, "last third over first", rising.Thirds, 10.0/102.5, 0.02)
	falling := CheckStationarity(level(normals(seeded(33), 30), -0.5))
	if !hasWarning(falling.Warnings, Drift) || !strings.Contains(falling.Warnings[0].Text, "falls") {
		t.Errorf("a falling series: %+v", falling)
	}
	wandering := CheckStationarity(level(autoregressive(seeded(34), 60, 0.8), 0))
	if wandering.Stationary || !hasWarning(wandering.Warnings, Autocorrelated) {
		t.Errorf("a correlated series: %+v", wandering)
	}
}

func TestCheckStationarityAlternating(t *testing.T) {
	series := make([]float64, 30)
	for i := range series {
		series[i] = 100 + float64(i%2)
	}
	got := CheckStationarity(series)
	if got.Stationary || got.Lag1 > -0.9 || !strings.Contains(got.Warnings[0].Text, "alternate") {
		t.Errorf("two shards in turn: %+v", got)
	}
}

func TestCheckStationarityNeedsEight(t *testing.T) {
	got := CheckStationarity([]float64{1, 2, 3, 4, 5, 6, 7})
	if got.Stationary || !hasWarning(got.Warnings, FewSamples) {
		t.Errorf("seven blocks: %+v", got)
	}
}

// Independent blocks raise an alarm about twice in a hundred runs; those of an
// AR(1) series with rho 0.5 must rarely be taken for a drift.
func TestCheckStationarityAlarms(t *testing.T) {
	const repetitions = 400
	var alarms, drifts int
	for r := range uint64(repetitions) {
		if !CheckStationarity(normals(seeded(1000+r), 30)).Stationary {
			alarms++
		}
		if hasWarning(CheckStationarity(autoregressive(seeded(5000+r), 40, 0.5)).Warnings, Drift) {
			drifts++
		}
	}
	if share := float64(alarms) / repetitions; share > 0.04 || share < 0.002 {
		t.Errorf("independent blocks alarm in %v", share)
	}
	if share := float64(drifts) / repetitions; share > 0.035 {
		t.Errorf("correlated blocks pass for drift in %v", share)
	}
}
