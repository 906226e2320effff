package calibrate

import (
	"context"
	"net/http"
	"time"

	"wabench/internal/hist"
	"wabench/internal/known"
	"wabench/internal/load"
	"wabench/internal/pace"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

// round is one load on one server.
type round struct {
	latency known.Latency
	rate    units.Rate
	warmup  time.Duration // before what is measured
	length  time.Duration
	seed    uint64
}

// measured is what a round came to.
type measured struct {
	server    Server
	lateness  *hist.Histogram
	generator results.Generator
}

// reach returns how a truth is reached, and what ends that.
type reach func(ctx context.Context, t *truth, target *scenarios.Target) (url string, transport http.RoundTripper, end func(), err error)

// bySocket reaches a truth by a server on a free port of this machine.
func bySocket(ctx context.Context, t *truth, target *scenarios.Target) (string, http.RoundTripper, func(), error) {
	s, err := known.Listen(known.Options{Serve: t.servePath, Body: "{}"})
	if err != nil {
		return "", nil, nil, err
	}
	transport, err := load.NewTransport(ctx, target, s.URL())
	if err != nil {
		s.Close()
		return "", nil, nil, err
	}
	return s.URL(), transport, s.Close, nil
}

// Names and bounds of a round's only target.
const (
	targetName  = "server"
	timeout     = 10 * time.Second
	maxInFlight = 8192 // more than the climb's highest rate has under way
)

// measure runs a round. options are its way to wait.
func (r round) measure(ctx context.Context, reach reach, options load.Options) (measured, error) {
	plan, err := r.plan()
	if err != nil {
		return measured{}, err
	}
	schedule, err := plan.Schedule()
	if err != nil {
		return measured{}, err
	}
	t := newTruth(r.latency, r.seed, func(n int64) bool {
		return n >= 0 && n < schedule.Len() && schedule.Due(n) >= plan.Warmup
	})
	url, transport, end, err := reach(ctx, t, &plan.Targets[0])
	if err != nil {
		return measured{}, err
	}
	defer end()
	target := load.Target{
		Name: targetName, URL: url, Dialect: numbered{}, Transport: transport, Timeout: timeout, MaxInFlight: maxInFlight,
	}
	if err := load.Warm(ctx, target, r.rate); err != nil {
		return measured{}, err
	}
	options.Targets = []load.Target{target}
	return runRound(ctx, plan, t, options)
}

// runRound runs the engine and sets what it reports beside the truth.
func runRound(ctx context.Context, plan *scenarios.Plan, t *truth, options load.Options) (measured, error) {
	kept := newLogs()
	options.Started = time.Now()
	var err error
	if options.Writer, err = results.Create(kept, results.Run{Started: options.Started}, nil); err != nil {
		return measured{}, err
	}
	report, err := load.Run(ctx, plan, options)
	if err != nil {
		return measured{}, err
	}
	response, err := kept.histogram(targetName, "send.response")
	if err != nil {
		return measured{}, err
	}
	m := measured{generator: report.Generator}
	if m.lateness, err = kept.histogram(targetName, "send.lateness"); err != nil {
		return measured{}, err
	}
	m.server = t.compare(response, m.lateness)
	m.server.Verdict, m.server.Reasons = report.Generator.Verdict, report.Generator.Reasons
	return m, nil
}

// plan sends messages that are nothing but their numbers, so that the server
// knows each.
func (r round) plan() (*scenarios.Plan, error) {
	return scenarios.New(scenarios.Plan{
		Name: "calibration", Seed: r.seed, Arrivals: pace.Uniform,
		Targets: []scenarios.Target{{
			Name: targetName, API: whatsapp.Cloud, HTTP2: scenarios.HTTP2Off, Timeout: timeout, MaxInFlight: maxInFlight,
		}},
		Recipients: scenarios.Recipients{From: 15550100000, To: 15550100000},
		Messages: []scenarios.MessageSpec{{
			Weight: 1, Op: whatsapp.OpSend, Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: "{{seq}}"},
		}},
		Stages: []pace.Stage{{Kind: pace.Hold, For: r.warmup + r.length, From: r.rate, To: r.rate}},
		Warmup: r.warmup, Block: r.length,
	})
}

// numbered is the dialect of the server: the number of the message is the path.
type numbered struct{}

// Encode implements load.Dialect.
func (numbered) Encode(call whatsapp.Call) (whatsapp.Request, error) {
	return whatsapp.Request{
		Method: http.MethodPost, Path: "/" + call.Message.Text.Body,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(call.Message.Text.Body),
	}, nil
}

// Decode implements load.Dialect.
func (numbered) Decode(_ whatsapp.Op, r whatsapp.Response) whatsapp.Outcome {
	if r.Status != http.StatusOK {
		return whatsapp.Outcome{Class: whatsapp.ClientFault, Status: r.Status}
	}
	return whatsapp.Outcome{Class: whatsapp.OK, Status: r.Status}
}
