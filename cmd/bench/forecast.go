package main

import (
	"fmt"
	"math"
	"time"

	"wabench/internal/gate"
	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

// forecast is the interval that a gate can expect on one target, before
// anything is sent: what `bench plan` says of whether the run is long enough.
type forecast struct {
	Rule   string `json:"rule"`
	Target string `json:"target"`
	// Samples are what the gate will have, in each window if it has windows.
	Samples int64 `json:"samples"`
	// Expected is the value, with the Low and High end of its interval, in
	// nanoseconds or as a share; all 0 where only ranks can be told.
	Expected float64 `json:"expected,omitempty"`
	Low      float64 `json:"low,omitempty"`
	High     float64 `json:"high,omitempty"`
	// Enough is how many samples bring both ends within ±10 %.
	Enough int64 `json:"samples_for_10_percent,omitempty"`
	// Basis says where the figures come from.
	Basis string `json:"basis"`
	// Text says it all in words.
	Text string `json:"text"`
}

// closeEnough is the half width that a forecast measures itself by.
const closeEnough = 0.10

// forecaster foretells the gates of a plan.
type forecaster struct {
	plan  *scenarios.Plan
	facts scenarios.Facts
	// guess returns what is known of a series of a target.
	guess func(t *scenarios.Target, series gate.Series) guess
}

// guess is a distribution of latencies to reckon with, with its source: a model
// of a fake, or an earlier run. At is nil if there is none; Source then says
// why.
type guess struct {
	At     func(share float64) time.Duration
	Source string
}

// all foretells every gate on every target it is judged on.
func (f forecaster) all() []forecast {
	var out []forecast
	for _, rule := range f.plan.Gates {
		for i := range f.plan.Targets {
			t := &f.plan.Targets[i]
			if rule.Of == "" && rule.Vs != t.Name || rule.Of == t.Name {
				out = append(out, f.one(rule, t))
			}
		}
	}
	return out
}

// one foretells a gate on a target.
func (f forecaster) one(rule gate.Rule, t *scenarios.Target) forecast {
	out := forecast{Rule: rule.String(), Target: t.Name, Samples: f.samples(rule)}
	switch kind := rule.Metric.Kind; {
	case rule.Vs != "" && kind == gate.Quantile:
		f.ratio(&out, rule, t)
	case rule.Vs != "":
		out.Basis = "pairs of blocks"
		out.Text = fmt.Sprintf("the interval comes from how %d pairs of blocks differ; only a run tells", f.plan.Blocks())
	case kind == gate.Quantile:
		f.quantile(&out, rule, f.guess(t, rule.Metric.Series))
	case rule.Metric.Unit() == gate.Share:
		f.share(&out, rule)
	case kind == gate.Mean:
		out.Basis, out.Text = "blocks", "the interval comes from how blocks differ; only a run tells"
	default:
		out.Basis, out.Text = "a fact of the run", "judged as it is, without an interval"
	}
	return out
}

// samples is how many a gate will have: arrivals of its operation outside
// warm-up, or their average in a window.
func (f forecaster) samples(rule gate.Rule) int64 {
	op := rule.Op()
	if op == "" {
		op = whatsapp.OpSend
	}
	n := f.facts.Measured[op]
	if measured := f.facts.Load - f.plan.Warmup; rule.Over > 0 && measured > rule.Over {
		n = int64(float64(n) * float64(rule.Over) / float64(measured))
	}
	return n
}

// quantile foretells the interval of a quantile: the values at the ranks that
// will bound it.
func (f forecaster) quantile(out *forecast, rule gate.Rule, g guess) {
	q, confidence := rule.Metric.Q, rule.Confidence()
	lo, hi, ok := stat.QuantileRanks(out.Samples, q, confidence)
	if !ok {
		out.Basis = "ranks"
		out.Text = fmt.Sprintf("too few samples for an interval: %d of the %d it takes", out.Samples, stat.SamplesForQuantile(q, confidence))
		return
	}
	if g.At == nil {
		out.Basis, out.Enough = "ranks", stat.SamplesForWidth(q, closeEnough, confidence)
		out.Text = fmt.Sprintf("interval from p%.4g to p%.4g of %d samples; ±10 %% of the share beyond takes %d (%s)",
			100*float64(lo)/float64(out.Samples), 100*float64(hi)/float64(out.Samples), out.Samples, out.Enough, g.Source)
		return
	}
	value, low, high := g.interval(out.Samples, lo, hi, q)
	out.Expected, out.Low, out.High = float64(value), float64(low), float64(high)
	out.Enough, out.Basis = g.enough(q, confidence), g.Source
	out.Text = fmt.Sprintf("about %s, interval %s to %s (%s) from %d samples%s; by %s", units.FormatDuration(value),
		units.FormatDuration(low), units.FormatDuration(high), widthOf(value, low, high), out.Samples, f.tooWide(out), g.Source)
}

// tooWide says how many samples would do, where there are too few.
func (f forecaster) tooWide(out *forecast) string {
	if out.Enough == 0 || out.Enough <= out.Samples {
		return ""
	}
	return fmt.Sprintf(", ±10 %% takes %d", out.Enough)
}

// interval returns the quantile and the values at two ranks of n samples.
func (g guess) interval(n, lo, hi int64, q float64) (value, low, high time.Duration) {
	// The expected share below the sample of rank r is r/(n+1).
	at := func(rank int64) time.Duration { return g.At(float64(rank) / float64(n+1)) }
	return g.At(q), at(lo), at(hi)
}

// mostSamples is where the search for enough samples ends.
const mostSamples = int64(1) << 32

// enough returns how many samples bring the interval within ±10 %, 0 if none
// do.
func (g guess) enough(q, confidence float64) int64 {
	within := func(n int64) bool {
		lo, hi, ok := stat.QuantileRanks(n, q, confidence)
		if !ok {
			return false
		}
		value, low, high := g.interval(n, lo, hi, q)
		room := closeEnough * float64(value)
		return float64(value-low) <= room && float64(high-value) <= room
	}
	low, high := int64(1), stat.SamplesForQuantile(q, confidence)
	for ; !within(high); low, high = high, 2*high {
		if high > mostSamples {
			return 0
		}
	}
	for low+1 < high {
		if middle := (low + high) / 2; within(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// widthOf prints how far an interval reaches from its value.
func widthOf(value, low, high time.Duration) string {
	if value <= 0 {
		return "exact"
	}
	return fmt.Sprintf("%+.1f %% to %+.1f %%", 100*(float64(low)/float64(value)-1), 100*(float64(high)/float64(value)-1))
}

// ratio foretells the interval of a change: both sides' relative widths
// together, as if blocks were alike.
func (f forecaster) ratio(out *forecast, rule gate.Rule, head *scenarios.Target) {
	base := head // a baseline is an earlier run of the same target
	if t := f.plan.Target(rule.Vs); t != nil {
		base = t
	}
	b, h := f.guess(base, rule.Metric.Series), f.guess(head, rule.Metric.Series)
	lo, hi, ok := stat.QuantileRanks(out.Samples, rule.Metric.Q, rule.Confidence())
	if !ok || b.At == nil || h.At == nil {
		f.quantile(out, rule, guess{Source: "each side; the change is bounded by both"})
		return
	}
	bv, bl, bh := b.interval(out.Samples, lo, hi, rule.Metric.Q)
	hv, hl, hh := h.interval(out.Samples, lo, hi, rule.Metric.Q)
	if bl <= 0 || hl <= 0 {
		out.Basis, out.Text = h.Source, "no delay to compare"
		return
	}
	half := math.Hypot(math.Log(float64(bh)/float64(bl)), math.Log(float64(hh)/float64(hl))) / 2
	out.Expected = float64(hv) / float64(bv)
	out.Low, out.High, out.Basis = out.Expected*math.Exp(-half), out.Expected*math.Exp(half), h.Source
	out.Text = fmt.Sprintf("ratio about %.2f, interval %.2f to %.2f if blocks are alike, from %d samples on each side; by %s",
		out.Expected, out.Low, out.High, out.Samples, h.Source)
}

// share foretells the interval of a share that is just at its bound.
func (f forecaster) share(out *forecast, rule gate.Rule) {
	n, bound := out.Samples, rule.Bound.Value
	out.Basis = "counts at the bound"
	if n == 0 {
		out.Text = "no samples"
		return
	}
	at := stat.Proportion{K: int64(math.Round(bound * float64(n))), N: n}
	interval := at.ClopperPearson(rule.Confidence())
	out.Expected, out.Low, out.High = bound, interval.Lo, interval.Hi
	clean := stat.Proportion{N: n}.UpperBound(rule.Confidence())
	out.Text = fmt.Sprintf("at the bound %s to %s, from %d samples; with none at all up to %s",
		percentText(interval.Lo), percentText(interval.Hi), n, percentText(clean))
	if bound > 0.5 {
		out.Text = fmt.Sprintf("at the bound %s to %s, from %d samples; with all of them from %s",
			percentText(interval.Lo), percentText(interval.Hi), n, percentText(1-clean))
	}
}

func percentText(share float64) string { return fmt.Sprintf("%.3g %%", 100*share) }

// storedGuess is the distribution that an earlier run measured.
func storedGuess(rec *results.Record, target string, series gate.Series) (guess, bool) {
	h, err := rec.Histogram(target, string(series))
	if err != nil || h == nil || h.Count() == 0 {
		return guess{}, false
	}
	return guess{At: h.Quantile, Source: fmt.Sprintf("the %d samples of run %s", h.Count(), rec.Run.ID)}, true
}
