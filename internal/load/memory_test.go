//go:build memory

package load

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// streams is a run directory of which only the size is kept.
type streams struct{ written int64 }

type stream struct{ to *streams }

func (s stream) Write(p []byte) (int, error) {
	s.to.written += int64(len(p))
	return len(p), nil
}

func (stream) Close() error { return nil }

func (s *streams) Append(string) (io.WriteCloser, error) { return stream{s}, nil }

func (s *streams) Replace(_ string, write func(io.Writer) error) error { return write(io.Discard) }

// Ten million hits in an hour of virtual time, with latencies from 1 ms to a
// second, as bench run makes them: the process stays under 100 MiB, and is after
// an hour what it was after the first minute.
func TestTenMillionHitsNeedNoMoreThanTheFirstMinutes(t *testing.T) {
	const most, growth = 100 << 20, 8 << 20
	synctest.Test(t, func(t *testing.T) {
		plan := resolve(t, scenario("", "load: {stages: [{hold: 2778/s, for: 1h}]}"))
		sink := &streams{}
		started := time.Now()
		writer, err := results.Create(sink, results.Run{Started: started}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var afterAMinute, last int64
		minutes := 0
		e, err := newEngine(plan, Options{
			Writer: writer, Started: started, Wait: sleepUntil, Alone: true,
			Targets: []Target{{Name: "a", Dialect: plainDialect{}, Timeout: 10 * time.Second, MaxInFlight: 10000}},
			Observers: []Observer{observe(func(s Snapshot) {
				if int(s.At.Minutes()) == minutes {
					return
				}
				minutes, last = int(s.At.Minutes()), resident(t)
				if minutes == 1 {
					afterAMinute = last
				}
				if minutes == 1 || minutes%5 == 0 {
					t.Logf("after %2d min and %8d hits: %.1f MiB resident, %.1f MiB written",
						minutes, s.Targets[0].Sent, mebibytes(last), mebibytes(sink.written))
				}
				if last > most {
					t.Errorf("%.1f MiB after %d minutes, want at most 100", mebibytes(last), minutes)
				}
			})},
		})
		if err != nil {
			t.Fatal(err)
		}
		e.targets["a"].exchanger = &spread{}
		e.start(t)
		if sent := e.collector.totals["a"].sent; sent < 10_000_000 {
			t.Errorf("%d hits, want ten million", sent)
		}
		if last > afterAMinute+growth {
			t.Errorf("%.1f MiB at the end, %.1f after the first minute", mebibytes(last), mebibytes(afterAMinute))
		}
	})
}

// spread answers after 1 ms to a second, evenly on a scale of logarithms.
type spread struct{ instant }

func (*spread) exchange(r whatsapp.Request, _ time.Time) (reply, error) {
	number, err := strconv.ParseUint(string(r.Body), 10, 64)
	if err != nil {
		return reply{}, err
	}
	share := float64(number*0x9e3779b97f4a7c15>>11) / (1 << 53)
	<-time.After(time.Duration(float64(time.Millisecond) * math.Pow(1000, share)))
	return reply{Response: whatsapp.Response{Status: http.StatusOK, Body: accepted}}, nil
}

// resident returns how much memory the process occupies.
func resident(t *testing.T) int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var total, pages int64
	if _, err := fmt.Fscan(bytes.NewReader(text), &total, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }
