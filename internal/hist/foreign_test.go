package hist

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What the library writes with any bounds and digits is read bucket by bucket.
func TestForeignHistogramsAreReadAsTheLibraryDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(1, 5).Draw(t, "digits")
		lowest := rapid.Int64Range(1, 1<<20).Draw(t, "lowest")
		highest := rapid.Int64Range(2*lowest, 1<<42).Draw(t, "highest")
		h := hdr.New(lowest, highest, digits)
		for _, v := range rapid.SliceOfN(rapid.Int64Range(lowest, highest), 1, 20).Draw(t, "values") {
			if err := h.RecordValue(v); err != nil {
				t.Fatal(err)
			}
		}
		text, err := h.Encode(hdr.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[int64]int64{}, map[int64]int64{}
		for _, bar := range h.Distribution() {
			if bar.Count > 0 {
				want[bar.To] = bar.Count
			}
		}
		started, err := ReadForeign(strings.NewReader(fmt.Sprintf("0,1,2,%s\n", text)), func(_ Interval, each func(func(high, count int64)) error) error {
			return each(func(high, count int64) { got[high] += count })
		})
		if err != nil || !started.IsZero() {
			t.Fatalf("started %v, %v", started, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("buckets (-library +ours):\n%s", diff)
		}
	})
}

func TestTheGeometryIsEveryImplementations(t *testing.T) {
	if g, err := geometryOf(Digits, uint64(Lowest), uint64(Highest)); err != nil || g != own {
		t.Errorf("%+v, %v, want %+v", g, err, own)
	}
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(1, 4).Draw(t, "digits")
		lowest := rapid.Int64Range(1, 1<<20).Draw(t, "lowest")
		highest := rapid.Int64Range(2*lowest, 1<<50).Draw(t, "highest")
		want := len(hdr.New(lowest, highest, digits).Export().Counts)
		if g, err := geometryOf(uint32(digits), uint64(lowest), uint64(highest)); err != nil || g.counters != want {
			t.Errorf("%+v, %v, want %d counters", g, err, want)
		}
	})
	for _, none := range [][3]uint64{{6, 1, 100}, {3, 0, 100}, {3, 60, 100}, {3, 1, 1 << 63}, {5, 1 << 61, math.MaxInt64}} {
		if g, err := geometryOf(uint32(none[0]), none[1], none[2]); err == nil {
			t.Errorf("%v is %+v", none, g)
		}
	}
}

// Times of intervals are since the log's start, or dates, whatever the log says
// of its start.
func TestForeignTimes(t *testing.T) {
	text, err := new(Encoder).Encode(filled([]time.Duration{time.Millisecond}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		head    string
		at      []string
		want    []time.Duration
		started float64 // seconds since 1970; 0 is not known
	}{
		{"", []string{"0", "Tag=a,1.5"}, []time.Duration{0, 1500 * time.Millisecond}, 0},
		{"#[StartTime: 1700000000.25 (seconds since epoch), then]\n", []string{"2"}, []time.Duration{2 * time.Second}, 1700000000.25},
		{"#[StartTime: soon]\n#[BaseTime: 5]\n", []string{"2"}, []time.Duration{2 * time.Second}, 0},
		{"", []string{"Tag=a,1700000000.5", "1700000002.5"}, []time.Duration{0, 2 * time.Second}, 1700000000.5},
	} {
		log := c.head
		for _, at := range c.at {
			log += fmt.Sprintf("%s,1.0,2.0,%s\n", at, text)
		}
		var got []time.Duration
		started, err := ReadForeign(strings.NewReader(log), func(at Interval, _ func(func(high, count int64)) error) error {
			got = append(got, at.Start)
			return nil
		})
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%q: %v (-want +got)\n%s", c.at, err, diff)
		}
		if c.started == 0 && !started.IsZero() || c.started > 0 && float64(started.UnixMilli())/1000 != c.started {
			t.Errorf("%q: started %v", c.head, started)
		}
	}
	if _, err := ReadForeign(strings.NewReader("1,2\n"), nil); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
		t.Errorf("%v", err)
	}
}
