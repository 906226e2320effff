package load

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/units"
	"wabench/results"
)

// A rising load meets connections that are there: of 45 arrivals none dials,
// though each finds a server that answers no one before all have come.
func TestARampDialsNothing(t *testing.T) {
	const arrivals = 45
	var waiting atomic.Int64
	all := make(chan struct{})
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if waiting.Add(1) == arrivals {
			close(all)
		}
		<-all
	}))
	defer target.Close()
	client := keepalive.New(keepalive.Options{MaxIdle: 1000})
	defer client.CloseIdleConnections()
	plan := resolve(t, scenario("", "load: {stages: [{ramp: 500/s..4000/s, for: 20ms}]}"))
	writer, err := results.Create(newMemorySink(), results.Run{Started: time.Now()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Writer: writer, Started: time.Now(), Targets: []Target{{
		Name: "a", URL: target.URL, Dialect: plainDialect{}, Transport: client, Timeout: time.Minute, MaxInFlight: 1000,
	}}}
	if err := Warm(t.Context(), options.Targets[0], units.Rate(4000)); err != nil {
		t.Fatal(err)
	}
	ahead := client.Counts().Opened
	report, err := Run(context.Background(), plan, options)
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Targets["a"]; got.ConnsOpened != ahead || got.ConnsReused != arrivals {
		t.Errorf("%d connections opened ahead and %d by the end; %d of %d arrivals found one", ahead, got.ConnsOpened, got.ConnsReused, arrivals)
	}
}
