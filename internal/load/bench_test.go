package load

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"wabench/internal/keepalive"
	"wabench/results"
)

// BenchmarkHit is what the whole engine costs for one hit: pacing by a real
// clock, the message, the exchange, the clocks and the
// interval log, against a server in the same process whose own cost is in
// "none". cpu-µs/hit is user and system time of the process.
func BenchmarkHit(b *testing.B) {
	for name, transport := range map[string]func(url string) http.RoundTripper{
		"keepalive": func(string) http.RoundTripper { return keepalive.New(keepalive.Options{MaxIdle: 1000}) },
		"net-http": func(string) http.RoundTripper {
			return &http.Transport{MaxIdleConnsPerHost: 1000}
		},
		"none": func(string) http.RoundTripper {
			return server(func(*http.Request) (*http.Response, error) { return answer(http.StatusOK), nil })
		},
	} {
		b.Run(name, func(b *testing.B) { benchmarkHit(b, transport) })
	}
}

// hitRate is the planned rate of BenchmarkHit.
const hitRate = 4000

func benchmarkHit(b *testing.B, transport func(string) http.RoundTripper) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("{}"))
	}))
	defer target.Close()
	seconds := max(float64(b.N)/hitRate, 0.01)
	plan := resolve(b, scenario("", fmt.Sprintf("load: {stages: [{hold: %d/s, for: %.3fs}]}", hitRate, seconds)))
	sink := newMemorySink()
	writer, err := results.Create(sink, results.Run{Started: time.Now()}, nil)
	if err != nil {
		b.Fatal(err)
	}
	options := Options{
		Writer: writer, Started: time.Now(), Alone: true,
		Targets: []Target{{
			Name: "a", URL: target.URL, Dialect: plainDialect{}, Transport: transport(target.URL),
			Timeout: 10 * time.Second, MaxInFlight: 1000,
		}},
	}
	b.ReportAllocs()
	before := processCPU()
	b.ResetTimer()
	report, err := Run(context.Background(), plan, options)
	b.StopTimer()
	if err != nil {
		b.Fatal(err)
	}
	hits := float64(hitRate) * seconds
	b.ReportMetric((processCPU()-before).Seconds()*1e6/hits, "cpu-µs/hit")
	b.ReportMetric(float64(report.Lateness.P50.Nanoseconds())/1e3, "late-p50-µs")
	b.ReportMetric(float64(report.Lateness.P99.Nanoseconds())/1e3, "late-p99-µs")
}
