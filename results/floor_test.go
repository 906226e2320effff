package results

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestResolutionIsThreeTimesTheFloor(t *testing.T) {
	f := &Floor{AddedP50: 100 * time.Microsecond, AddedP99: time.Millisecond}
	for q, want := range map[float64]time.Duration{
		0.5: 300 * time.Microsecond, 0.9: 300 * time.Microsecond, 0.95: 3 * time.Millisecond, 0.999: 3 * time.Millisecond,
	} {
		if got := f.Resolution(q); got != want {
			t.Errorf("at %v it is %v, want %v", q, got, want)
		}
	}
	if got := (*Floor)(nil).Resolution(0.5); got != 0 {
		t.Errorf("%v of no floor", got)
	}
}

// A merged run is as fine as its coarsest machine, and one that is not known
// could be any.
func TestMergedFloorIsTheCoarsest(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	of := func(f *Floor) *Record { return &Record{Run: Run{Floor: f}} }
	fine := &Floor{Measured: day(2), Rate: 1000, LatenessP50: 1, LatenessP99: 9, AddedP50: 5, AddedP99: 6, HighestRate: 9000}
	coarse := &Floor{Measured: day(1), Rate: 1000, LatenessP50: 2, LatenessP99: 8, AddedP50: 4, AddedP99: 7, HighestRate: 7000}
	want := &Floor{Measured: day(1), Rate: 1000, LatenessP50: 2, LatenessP99: 9, AddedP50: 5, AddedP99: 7, HighestRate: 7000}
	for _, order := range [][]*Record{{of(fine), of(coarse)}, {of(coarse), of(fine)}} {
		if diff := cmp.Diff(want, mergeFloors(order)); diff != "" {
			t.Errorf("merged (-want +got):\n%s", diff)
		}
	}
	if got := mergeFloors([]*Record{of(fine), of(nil)}); got != nil {
		t.Errorf("%+v, though one machine's is not known", got)
	}
	if fine.LatenessP50 != 1 {
		t.Error("merging changed what it merged")
	}
}
