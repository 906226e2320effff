package results

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A condensed record says the same as the whole one, written and read again.
func TestCondensedRecordHasTheSameFigures(t *testing.T) {
	whole := opened(t, written(t, aRun(), someSamples()).fs())
	condensed, err := whole.Condense()
	if err != nil {
		t.Fatal(err)
	}
	d := newDirectory()
	if err := WriteRecord(d, condensed); err != nil {
		t.Fatal(err)
	}
	got := opened(t, d.fs())
	if len(got.Points) >= len(whole.Points) || len(got.Events) != 0 || got.Run.Plan.Full != nil {
		t.Errorf("%d points of %d, %d events, plan of %d bytes", len(got.Points), len(whole.Points), len(got.Events), len(got.Run.Plan.Full))
	}
	want := whole.Run.clone()
	want.Plan.Full = nil
	if err := got.Summarize(); err != nil {
		t.Fatal(err)
	}
	for _, target := range want.Targets {
		for _, op := range target.Ops {
			op.Lateness = nil
		}
		target.Availability = nil // from points of a second each
	}
	for _, target := range got.Run.Targets {
		target.Availability = nil
	}
	if diff := cmp.Diff(want.Targets, got.Run.Targets); diff != "" {
		t.Errorf("condensed (-whole +condensed):\n%s", diff)
	}
	for _, series := range []string{"send.response", "webhook.sent"} {
		a, errA := whole.Blocks("cloud", series)
		b, errB := got.Blocks("cloud", series)
		if errA != nil || errB != nil || len(a) != len(b) {
			t.Fatalf("%s: %d and %d blocks, %v, %v", series, len(a), len(b), errA, errB)
		}
		for i := range a {
			if (a[i] == nil) != (b[i] == nil) || a[i] != nil && (a[i].Count() != b[i].Count() || a[i].Mean() != b[i].Mean()) {
				t.Errorf("%s: block %d differs", series, i)
			}
		}
	}
}

func TestCondenseLeavesTheRecordAlone(t *testing.T) {
	whole := opened(t, written(t, aRun(), someSamples()).fs())
	points := len(whole.Points)
	before, err := whole.Histogram("cloud", "send.response")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := whole.Condense(); err != nil {
		t.Fatal(err)
	}
	after, err := whole.Histogram("cloud", "send.response")
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Points) != points || after.Count() != before.Count() || len(whole.Series("cloud")) < 4 {
		t.Errorf("after condensing: %d points of %d, %d samples of %d, series %v",
			len(whole.Points), points, after.Count(), before.Count(), whole.Series("cloud"))
	}
}
