package reports

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// simulation is a run made up for tests: one second is one interval, and each
// target behaves as its API does under load.
type simulation struct {
	order   string // single, sequential, interleaved
	targets []string
	stages  []results.Stage
	warmup  time.Duration
	block   time.Duration
	seconds int
}

// steps is a staircase of rates, each held for length.
func steps(from, by, to float64, length time.Duration) []results.Stage {
	var stages []results.Stage
	at := time.Duration(0)
	for r := from; r <= to; r += by {
		stages = append(stages, results.Stage{Label: rate(r) + " for " + length.String(), From: at, To: at + length, Start: r, End: r})
		at += length
	}
	return stages
}

// hold is one rate throughout.
func hold(r float64, length time.Duration) []results.Stage {
	return []results.Stage{{Label: rate(r), To: length, Start: r, End: r}}
}

// rateAt is the planned rate at a load time.
func (s simulation) rateAt(at time.Duration) float64 {
	for _, stage := range s.stages {
		if at >= stage.From && at < stage.To {
			return stage.Start + (stage.End-stage.Start)*float64(at-stage.From)/float64(stage.To-stage.From)
		}
	}
	return 0
}

// record runs the simulation.
func (s simulation) record(t testing.TB) *results.Record {
	t.Helper()
	length := time.Duration(s.seconds) * time.Second
	run := results.Run{
		Schema: results.Schema, ID: "0199c0de-0000-7000-8000-000000000001", Complete: true,
		Scenario:    results.ScenarioRef{Name: "cloud-vs-onprem", SHA256: "5c3f"},
		Plan:        results.PlanRef{SHA256: "9a1b2c3d4e5f60718293a4b5c6d7e8f9", Seed: 42, Duration: length, Warmup: s.warmup, Block: s.block, Arrivals: "uniform", Order: s.order, Stages: s.stages},
		Started:     time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		Environment: results.Environment{Version: "v1.0.0", Go: "go1.26.0", OS: "linux", Arch: "amd64", CPUs: 2, Host: "lab", Command: "bench run cloud-vs-onprem --seed 42"},
		Generator:   results.Generator{Verdict: results.Valid, CPUShare: 0.12, GCPauseMax: 180 * time.Microsecond, SchedLatencyP99: 62 * time.Microsecond, WriteBacklogMax: 1},
		Floor: &results.Floor{
			Measured: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Rate: 1000, LatenessP50: 42 * time.Microsecond, LatenessP99: 130 * time.Microsecond,
			AddedP50: 110 * time.Microsecond, AddedP99: 420 * time.Microsecond, HighestRate: 21500,
		},
		Targets: map[string]*results.Target{},
	}
	if len(s.targets) > 1 {
		run.Plan.Base, run.Plan.Head = s.targets[0], s.targets[1]
	}
	for _, name := range s.targets {
		run.Targets[name] = fakeTarget(name)
	}
	run.Plan.Legs = s.legs(length)
	run.Ended = run.Started.Add(run.Plan.Legs[len(run.Plan.Legs)-1].End)
	rec := results.Memory(run)
	sims := map[string]*platform{}
	for _, leg := range rec.Run.Plan.Legs {
		if sims[leg.Target] == nil {
			sims[leg.Target] = newPlatform(leg.Target, s.block, s.warmup)
		}
		s.runLeg(rec, sims[leg.Target], leg)
	}
	if err := rec.Summarize(); err != nil {
		t.Fatal(err)
	}
	for name, p := range sims {
		p.count(rec.Run.Targets[name])
		rec.Run.Plan.Planned += rec.Run.Targets[name].Ops["send"].Planned
	}
	return rec
}

func fakeTarget(name string) *results.Target {
	t := &results.Target{API: name, URL: "http://127.0.0.1:4242", Fake: name + "-default", ConnsOpened: 60, ConnsReused: 4000}
	if name == "cloud" {
		t.CostPerMsg = "0.005 USD"
	} else {
		t.API, t.CostPerHour = "onprem", "1.20 USD"
	}
	return t
}

// legs cuts load time into the stretches that run on each target.
func (s simulation) legs(length time.Duration) []results.Leg {
	var legs []results.Leg
	start := time.Duration(0)
	add := func(target string, from, to time.Duration) {
		legs = append(legs, results.Leg{Target: target, From: from, To: to, Start: start, End: start + to - from})
	}
	switch s.order {
	case "interleaved":
		for from := time.Duration(0); from < length; from += s.block {
			for i := range s.targets {
				add(s.targets[(i+int(from/s.block))%len(s.targets)], from, min(from+s.block, length))
				start = legs[len(legs)-1].End + time.Second
			}
		}
	case "sequential":
		for _, target := range s.targets {
			add(target, 0, length)
			start += length + 10*time.Second
		}
	default:
		for _, target := range s.targets {
			add(target, 0, length)
		}
	}
	return legs
}

// runLeg runs one leg in intervals of a second.
func (s simulation) runLeg(rec *results.Record, p *platform, leg results.Leg) {
	for load := leg.From; load < leg.To; load += time.Second {
		start := leg.Start + load - leg.From
		p.second(rec, start, load, s.rateAt(load))
	}
}

// platform imitates one API: Cloud answers in some 330 ms and refuses what is
// over 80/s; On-Premises accepts in some 25 ms, refuses what is over 50/s and
// delivers 20/s, so that a backlog grows.
type platform struct {
	name          string
	block, warmup time.Duration
	random        *rand.Rand
	backlog, owed float64
	webhook       results.Webhook
	open          map[string]*hist.Histogram
	number        int
	statuses      map[string]int64
	delivered     []time.Duration
}

func newPlatform(name string, block, warmup time.Duration) *platform {
	return &platform{name: name, block: block, warmup: warmup, random: rand.New(rand.NewPCG(42, uint64(name[0]))), statuses: map[string]int64{}}
}

func (p *platform) lognormal(median time.Duration, sigma float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(sigma*p.random.NormFloat64()))
}

// second simulates one second of load at the given rate.
func (p *platform) second(rec *results.Record, start, load time.Duration, perSecond float64) {
	p.owed += perSecond
	planned := int64(p.owed)
	p.owed -= float64(planned)
	limit, median, sigma, code := int64(80), 330*time.Millisecond, 0.35, "130429"
	if p.name == "onprem" {
		limit, median, sigma, code = 50, 25*time.Millisecond, 0.5, "1015"
	}
	accepted := min(planned, limit)
	h := p.interval(rec, start, load)
	clear(p.statuses)
	var answered []time.Duration
	for range accepted {
		service, late := p.lognormal(median, sigma), p.lognormal(40*time.Microsecond, 0.6)
		h["service"].Record(service)
		h["lateness"].Record(late)
		h["response"].Record(service + late)
		answered = append(answered, service+late)
		p.deliver(h)
	}
	for range planned - accepted {
		h["refused"].Record(p.lognormal(12*time.Millisecond, 0.3))
	}
	p.backlog = max(p.backlog-20, 0)
	block := int(load / p.block)
	if load < p.warmup {
		block = results.WarmupBlock
	}
	rec.Points = append(rec.Points, p.point(start, load, block, planned, accepted, code, answered, perSecond*median.Seconds()), p.webhookPoint(start, load, block))
}

// interval returns the histograms of a block (or of warm-up), put into the
// record when it begins: a record in memory keeps what it was given.
func (p *platform) interval(rec *results.Record, start, load time.Duration) map[string]*hist.Histogram {
	block := int(load / p.block)
	if load < p.warmup {
		block = results.WarmupBlock
	}
	if p.open != nil && block == p.number {
		return p.open
	}
	p.open, p.number = map[string]*hist.Histogram{}, block
	for series, name := range map[string]string{
		"send.response": "response", "send.service": "service", "send.lateness": "lateness", "send.response.throttled": "refused",
		"webhook.sent": "sent", "webhook.delivered": "delivered", "webhook.read": "read",
	} {
		p.open[name] = hist.New()
		rec.Put(p.name, series, block, start, start+p.block, p.open[name])
	}
	return p.open
}

// deliver makes the webhooks of one accepted message.
func (p *platform) deliver(h map[string]*hist.Histogram) {
	p.webhook.Expected++
	wait := time.Duration(0)
	if p.name == "onprem" {
		p.backlog++
		wait = time.Duration(p.backlog / 20 * float64(time.Second))
	}
	sent := wait + p.lognormal(600*time.Millisecond, 0.6)
	p.webhook.Matched++
	h["sent"].Record(sent)
	p.statuses["sent"]++
	if p.random.Float64() < 0.03 {
		p.webhook.Failed++
		return
	}
	delivered := sent + p.lognormal(1500*time.Millisecond, 0.5)
	p.webhook.Delivered++
	h["delivered"].Record(delivered)
	p.statuses["delivered"]++
	p.delivered = append(p.delivered, delivered)
	if p.random.Float64() < 0.5 {
		h["read"].Record(delivered + p.lognormal(20*time.Second, 0.8))
		p.statuses["read"]++
	}
}

func (p *platform) point(start, load time.Duration, block int, planned, accepted int64, code string, answered []time.Duration, inFlight float64) results.Point {
	point := results.Point{
		Start: start, End: start + time.Second, Target: p.name, Op: "send", Block: block, Load: load + time.Second,
		Planned: planned, Sent: planned, Outcomes: map[string]int64{whatsapp.OK.String(): accepted}, InFlight: int64(inFlight),
	}
	point.P50, point.P95, point.P99, point.Max = sortedQuantiles(answered)
	if refused := planned - accepted; refused > 0 {
		point.Outcomes[whatsapp.Throttled.String()] = refused
		point.Codes = map[string]int64{code: refused}
	}
	return point
}

func (p *platform) webhookPoint(start, load time.Duration, block int) results.Point {
	point := results.Point{Start: start, End: start + time.Second, Target: p.name, Op: results.OpWebhook, Block: block, Load: load + time.Second, Statuses: maps.Clone(p.statuses)}
	point.P50, point.P95, point.P99, point.Max = sortedQuantiles(p.delivered)
	p.delivered = nil
	return point
}

// sortedQuantiles are the quantiles of a point, from plain numbers.
func sortedQuantiles(d []time.Duration) (p50, p95, p99, most time.Duration) {
	if len(d) == 0 {
		return 0, 0, 0, 0
	}
	slices.Sort(d)
	at := func(q float64) time.Duration { return d[int(q*float64(len(d)-1))] }
	return at(0.5), at(0.95), at(0.99), d[len(d)-1]
}

// count adds what a correlator would have counted.
func (p *platform) count(t *results.Target) {
	p.webhook.SentLatency, p.webhook.DeliveredTime, p.webhook.ReadLatency = t.Webhook.SentLatency, t.Webhook.DeliveredTime, t.Webhook.ReadLatency
	p.webhook.Codes = map[string]int64{"131026": p.webhook.Failed}
	p.webhook.Duplicates = 3
	t.Webhook = &p.webhook
}

// staircase is the comparison of the two APIs up a flight of rates.
func staircase(t testing.TB) *results.Record {
	t.Helper()
	rec := simulation{
		order: "sequential", targets: []string{"onprem", "cloud"}, stages: steps(10, 10, 120, 10*time.Second),
		warmup: 5 * time.Second, block: 5 * time.Second, seconds: 120,
	}.record(t)
	compareTargets(t, rec, "onprem", "cloud")
	rec.Run.Gates = gates()
	rec.Run.Notes = []results.Note{{Code: "few-samples", Text: "p99.9 rests on 4 samples", Advice: "run for 3m20s or more at this rate to bound it"}}
	rec.Events = []results.Event{
		{At: 90 * time.Second, End: 96 * time.Second, Kind: "fault", Target: "onprem", Text: "slow: factor 2"},
		{At: 210 * time.Second, Kind: "failure", Target: "cloud", Text: "(#130429) Rate limit hit", Class: "throttled", Code: 130429, Status: 400},
	}
	return rec
}

// gates are one of each verdict but invalid.
func gates() []results.Gate {
	return []results.Gate{
		{Rule: "p99(send.response) < 800ms", Target: "cloud", Verdict: results.Pass, Observed: "748ms", Detail: "95 % interval 741ms–756ms, 7,410 samples"},
		{Rule: "error_rate(send) <= 0.1%", Target: "onprem", Verdict: results.Inconclusive, Observed: "0%", Detail: "0 of 2,390 failed, so at most 0.154%; 605 more requests without a failure would decide"},
		{Rule: "p95(send.response) of cloud vs onprem <= +10%", Verdict: results.Fail, Observed: "10.4×", Detail: "95 % interval 10.2×–10.7× is wholly above the bound"},
	}
}

// soak is one target at a steady rate.
func soak(t testing.TB) *results.Record {
	t.Helper()
	return simulation{order: "single", targets: []string{"cloud"}, stages: hold(50, time.Minute), warmup: 10 * time.Second, block: 25 * time.Second, seconds: 60}.record(t)
}

// compareTargets fills the comparison as far as a report needs it.
func compareTargets(t testing.TB, rec *results.Record, base, head string) {
	t.Helper()
	c := &results.Comparison{Base: base, Head: head, Pairs: 23, Method: "pooled blocks, moving-block bootstrap over pairs, 2,000 resamples"}
	for _, series := range []string{"send.response", "webhook.delivered"} {
		b, errBase := rec.Histogram(base, series)
		h, errHead := rec.Histogram(head, series)
		if errBase != nil || errHead != nil {
			t.Fatal(errBase, errHead)
		}
		for _, q := range quantiles[:4] {
			d := results.Delta{Metric: q.name + "(" + series + ")", BaseNS: b.Quantile(q.q), HeadNS: h.Quantile(q.q), Verdict: results.Worse}
			d.Ratio = float64(d.HeadNS) / float64(d.BaseNS)
			d.CI95 = [2]float64{d.Ratio * 0.97, d.Ratio * 1.04}
			if d.Ratio < 1 {
				d.Verdict = results.Better
			}
			c.Deltas = append(c.Deltas, d)
		}
	}
	c.Deltas = append(c.Deltas, results.Delta{Metric: "throttle_rate(send)", BaseValue: 0.38, HeadValue: 0.13, Ratio: 0.34, CI95: [2]float64{-0.27, -0.23}, Verdict: results.Better},
		results.Delta{Metric: "rate(send)", BaseValue: 43, HeadValue: 58.7, Ratio: 1.365, CI95: [2]float64{1.31, 1.43}, Verdict: results.Better},
		results.Delta{Metric: "error_rate(send)", Verdict: results.Same, CI95: [2]float64{-0.0004, 0.0003}, Detail: "no failures on either side"})
	rec.Run.Comparison = c
}
