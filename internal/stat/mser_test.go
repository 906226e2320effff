package stat

import "testing"

// By hand: batches of 1, three high values then seven at 1. The error of what
// is left is 0 from the third on, and the smallest such truncation is taken.
func TestMSERByHand(t *testing.T) {
	got := MSER([]float64{9, 8, 7, 1, 1, 1, 1, 1, 1, 1}, 1)
	if got.Drop != 3 || got.Mean != 1 || !got.Settled {
		t.Errorf("got %+v, want 3 dropped, mean 1", got)
	}
}

func TestMSER5FindsWarmUp(t *testing.T) {
	series := normals(seeded(29), 200)
	for i := range 40 {
		series[i] += 20 - float64(i)/2
	}
	got := MSER5(series)
	if got.Drop < 30 || got.Drop > 50 || !got.Settled || got.Drop%5 != 0 {
		t.Errorf("a warm-up of 40 is cut at %d (settled %v)", got.Drop, got.Settled)
	}
	near(t, "mean after it", got.Mean, 0, 0.25)
}

func TestMSER5WithoutWarmUp(t *testing.T) {
	flat := make([]float64, 60)
	if got := MSER5(flat); got.Drop != 0 || !got.Settled || len(got.Warnings) != 0 {
		t.Errorf("a flat series: %+v", got)
	}
}

func TestMSER5Unsettled(t *testing.T) {
	ramp := make([]float64, 100)
	for i := range ramp {
		ramp[i] = float64(i)
	}
	if got := MSER5(ramp); got.Settled || !hasWarning(got.Warnings, NotSettled) {
		t.Errorf("a ramp has settled: %+v", got)
	}
	if got := MSER5(ramp[:49]); got.Settled || got.Drop != 0 || !hasWarning(got.Warnings, FewSamples) {
		t.Errorf("49 values: %+v", got)
	}
}
