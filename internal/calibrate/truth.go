package calibrate

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"wabench/internal/hist"
	"wabench/internal/known"
	"wabench/internal/stat"
)

// truth answers requests after drawn latencies and keeps what they took.
type truth struct {
	latency known.Latency
	seed    uint64
	// measured says which requests count.
	measured func(n int64) bool

	mu             sync.Mutex
	began          time.Time // when the first request came
	drawn, clocked *hist.Histogram
}

func newTruth(l known.Latency, seed uint64, measured func(int64) bool) *truth {
	return &truth{latency: l, seed: seed, measured: measured, drawn: hist.New(), clocked: hist.New()}
}

// serve waits as long as request n, just read, is to take. stop, if closed,
// cuts the wait.
func (t *truth) serve(n int64, stop <-chan struct{}) {
	received := time.Now()
	drawn := t.latency.Draw(t.seed, n, t.since(received))
	if stopped := known.Wait(received, drawn, stop); !stopped && t.measured(n) {
		t.note(drawn, time.Since(received))
	}
}

// servePath serves the request whose number is its path.
func (t *truth) servePath(path []byte, stop <-chan struct{}) error {
	n, err := strconv.ParseInt(strings.TrimPrefix(string(path), "/"), 10, 64)
	if err != nil {
		return err
	}
	t.serve(n, stop)
	return nil
}

// since is the time from the first request to this one.
func (t *truth) since(received time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.began.IsZero() {
		t.began = received
	}
	return max(received.Sub(t.began), 0)
}

func (t *truth) note(drawn, clocked time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drawn.Record(drawn)
	t.clocked.Record(clocked)
}

// compare sets what was reported beside the truth.
func (t *truth) compare(response, lateness *hist.Histogram) Server {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Server{
		Name: t.latency.Name, Hits: response.Count(), Lateness: latenessOf(lateness),
		Drawn: quantilesOf(t.drawn), True: quantilesOf(t.clocked), Reported: quantilesOf(response),
		Distance: distance(t.clocked, response),
	}
	s.Added = Quantiles{P50: max(s.Reported.P50-s.True.P50, 0), P99: max(s.Reported.P99-s.True.P99, 0)}
	return s
}

func quantilesOf(h *hist.Histogram) Quantiles {
	return Quantiles{P50: h.Quantile(0.5), P99: h.Quantile(0.99)}
}

func latenessOf(h *hist.Histogram) Lateness {
	return Lateness{P50: h.Quantile(0.5), P99: h.Quantile(0.99), P999: h.Quantile(0.999)}
}

// distance is the Kolmogorov-Smirnov distance of two histograms, 0 without
// samples.
func distance(base, head *hist.Histogram) float64 {
	if base.Count() == 0 || head.Count() == 0 {
		return 0
	}
	b, h := sharedBuckets(base, head)
	return stat.KolmogorovSmirnovCounts(b, h, 1).Statistic
}

// sharedBuckets are the counts of two histograms over the buckets that either
// fills, lowest first.
func sharedBuckets(base, head *hist.Histogram) (b, h []int64) {
	type bucket struct {
		value time.Duration
		count int64
	}
	list := func(from *hist.Histogram) (out []bucket) {
		from.Each(func(value time.Duration, count int64) { out = append(out, bucket{value, count}) })
		return out
	}
	left, right := list(base), list(head)
	for len(left) > 0 || len(right) > 0 {
		var mine, other int64
		takeLeft := len(right) == 0 || len(left) > 0 && left[0].value <= right[0].value
		takeRight := len(left) == 0 || len(right) > 0 && right[0].value <= left[0].value
		if takeLeft {
			mine, left = left[0].count, left[1:]
		}
		if takeRight {
			other, right = right[0].count, right[1:]
		}
		b, h = append(b, mine), append(h, other)
	}
	return b, h
}
