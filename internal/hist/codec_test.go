package hist

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCodecAgreesWithTheLibraryBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := filled(durations(t, "values"))
		var encoder Encoder
		text, err := encoder.Encode(h)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := hdr.Decode(text)
		if err != nil || !theirs.Equals(library(h)) {
			t.Fatalf("the library reads our encoding as something else: %v", err)
		}
		encoded, err := theirs.Encode(hdr.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(err)
		}
		ours, decoder := New(), Decoder{}
		if err := decoder.AddTo(ours, encoded); err != nil || !library(ours).Equals(library(h)) {
			t.Fatalf("we read the library's encoding as something else: %v", err)
		}
	})
}

func TestLogRoundTripAndTornLine(t *testing.T) {
	var log bytes.Buffer
	w, err := NewLogWriter(&log, time.Unix(1700000000, 0), &Encoder{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Interval{
		{Tag: "warmup", Start: 0, End: time.Second},
		{Tag: "b0", Start: time.Second, End: 1500 * time.Millisecond},
		{Start: 1500 * time.Millisecond, End: 2 * time.Second},
	}
	for i, at := range want {
		if err := w.Write(at, filled([]time.Duration{time.Duration(i+1) * time.Millisecond})); err != nil {
			t.Fatal(err)
		}
	}
	for cut := range len(log.Bytes()) - bytes.LastIndexByte(log.Bytes()[:log.Len()-1], '\n') - 1 {
		var got []Interval
		total := New()
		err := ReadLog(bytes.NewReader(log.Bytes()[:log.Len()-cut]), func(at Interval, add func(*Histogram) error) error {
			got = append(got, at)
			return add(total)
		})
		whole := want
		if cut > 0 {
			whole = want[:2]
		}
		if err != nil || !cmp.Equal(got, whole) || total.Count() != int64(len(whole)) {
			t.Fatalf("cut by %d bytes: intervals %v, count %d, error %v", cut, got, total.Count(), err)
		}
	}
}

func TestLibraryReadsOurLog(t *testing.T) {
	var log bytes.Buffer
	w, err := NewLogWriter(&log, time.Unix(1700000000, 0), &Encoder{})
	if err != nil {
		t.Fatal(err)
	}
	h := filled([]time.Duration{time.Millisecond, 20 * time.Millisecond})
	if err := w.Write(Interval{Tag: "b7", Start: time.Second, End: 2 * time.Second}, h); err != nil {
		t.Fatal(err)
	}
	got, err := hdr.NewHistogramLogReader(&log).NextIntervalHistogram()
	if err != nil || got == nil || got.Tag() != "b7" || !got.Equals(library(h)) {
		t.Fatalf("got %v, error %v", got, err)
	}
}

func TestForeignGeometryIsRefused(t *testing.T) {
	other := hdr.New(1, 1000000, 2)
	text, err := other.Encode(hdr.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	var decoder Decoder
	if err := decoder.AddTo(New(), text); !errors.Is(err, errGeometry) {
		t.Errorf("error %v, want %v", err, errGeometry)
	}
}

func FuzzReadLog(f *testing.F) {
	var log bytes.Buffer
	w, _ := NewLogWriter(&log, time.Unix(1700000000, 0), &Encoder{})
	_ = w.Write(Interval{Tag: "b0", Start: 0, End: time.Second}, filled([]time.Duration{time.Second, time.Minute}))
	f.Add(log.String())
	f.Add("Tag=x,0.0,1.0,2.0,HISTFAAAAB542pNpmSzMwMDAxAABzFCaEUoz2X+AMAA=\n")
	f.Add(strings.Repeat("0,", 100) + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = ReadForeign(strings.NewReader(text), func(at Interval, each func(func(high, count int64)) error) error {
			last := int64(-1)
			return each(func(high, count int64) {
				if high <= last || count <= 0 || at.End < at.Start {
					t.Errorf("%d times %d after %d, in %v", count, high, last, at)
				}
				last = high
			})
		})
		total := New()
		_ = ReadLog(strings.NewReader(text), func(at Interval, add func(*Histogram) error) error {
			before := total.Count()
			if at.End < at.Start {
				t.Errorf("interval %v ends before it starts", at)
			}
			if err := add(total); err != nil && total.Count() != before {
				t.Error("a histogram that was refused has changed the total")
			}
			return nil
		})
	})
}

func BenchmarkEncode(b *testing.B) {
	h := New()
	for i := range 1000 {
		h.Record(time.Duration(300+i%50) * time.Millisecond)
	}
	var encoder Encoder
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encoder.Encode(h); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	h := New()
	for i := range 1000 {
		h.Record(time.Duration(300+i%50) * time.Millisecond)
	}
	var encoder Encoder
	text, err := encoder.Encode(h)
	if err != nil {
		b.Fatal(err)
	}
	var decoder Decoder
	total := New()
	b.ReportAllocs()
	for b.Loop() {
		if err := decoder.AddTo(total, text); err != nil {
			b.Fatal(err)
		}
	}
}
