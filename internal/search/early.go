package search

import (
	"io/fs"
	"time"

	"wabench/internal/compare"
	"wabench/internal/gate"
	"wabench/internal/stat"
	"wabench/results"
)

// watch ends a step as soon as it is decided: when a rule is certain to fail,
// or when all are certain to pass and the least hold is over.
type watch struct {
	rules  []gate.Rule
	target string
	files  fs.FS
	began  time.Time
	least  time.Duration // before which nothing passes, approach included
	every  time.Duration
	last   time.Duration
	early  bool
}

// looks is how often a step is looked at, at most: the more looks, the more
// evidence each of them needs.
const looks = 10

// enough is asked once a second whether to end the step.
func (w *watch) enough(string) bool {
	gone := time.Since(w.began)
	if gone-w.last < w.every {
		return false
	}
	w.last = gone
	rec, err := results.Open(w.files)
	if err != nil {
		return false // the first interval is not on the disk yet
	}
	switch w.decide(rec) {
	case stat.Fail:
		w.early = true
	case stat.Pass:
		w.early = gone >= w.least && w.passes(rec)
	}
	return w.early
}

// decide joins what is known of the rules: one that fails fails the step, and
// all must pass.
func (w *watch) decide(rec *results.Record) stat.Decision {
	all := stat.Pass
	for _, rule := range w.rules {
		switch w.rule(rec, rule) {
		case stat.Fail:
			return stat.Fail
		case stat.Undecided:
			all = stat.Undecided
		}
	}
	return all
}

// rule judges a bound on a quantile or a share by counting what is beyond it.
// The risk of an error is divided over the looks. Facts can only fail before
// the end of the step; means and windows wait for it.
func (w *watch) rule(rec *results.Record, rule gate.Rule) stat.Decision {
	switch {
	case rule.Over != 0:
		return stat.Undecided
	case rule.Metric.Series != "" && upper(rule.Comparator):
		return w.latency(rec, rule)
	case rule.Metric.Unit() == gate.Share:
		return w.share(rec, rule)
	}
	return stat.Undecided
}

func upper(c gate.Comparator) bool { return c == gate.Less || c == gate.AtMost }

// confidence is that of one look.
func (w *watch) confidence(rule gate.Rule) float64 {
	return 1 - (1-rule.Confidence())/looks
}

func (w *watch) latency(rec *results.Record, rule gate.Rule) stat.Decision {
	h, err := rec.Histogram(w.target, string(rule.Metric.Series))
	if err != nil || h == nil {
		return stat.Undecided
	}
	over := h.CountAbove(time.Duration(rule.Bound.Value))
	switch {
	case rule.Metric.Kind == gate.Quantile:
		claim := stat.TailBound{Quantile: rule.Metric.Q, Confidence: w.confidence(rule)}
		return claim.Decide(h.Count(), over)
	case rule.Metric.Kind == gate.Max && over > 0:
		return stat.Fail
	}
	return stat.Undecided
}

func (w *watch) share(rec *results.Record, rule gate.Rule) stat.Decision {
	p, ok := w.counts(rec, rule.Metric)
	if !ok {
		return stat.Undecided
	}
	// A lower limit on successes is an upper one on failures; == 100% is such
	// a lower limit, == 0% an upper one.
	allowed := rule.Bound.Value
	if !upper(rule.Comparator) && allowed > 0 {
		allowed, p.K = 1-allowed, p.N-p.K
	}
	if allowed > 0 {
		return stat.TailBound{Quantile: 1 - allowed, Confidence: w.confidence(rule)}.Decide(p.N, p.K)
	}
	if p.K > 0 && rule.Comparator != gate.AtLeast {
		return stat.Fail
	}
	return stat.Undecided
}

// counts are the events and trials of a share. Those of webhooks are known
// only when the wait for them is over.
func (w *watch) counts(rec *results.Record, m gate.Metric) (stat.Proportion, bool) {
	var share compare.Share
	switch m.Kind {
	case gate.ErrorRate:
		share = compare.ErrorRate(string(m.Op))
	case gate.ThrottleRate:
		share = compare.ThrottleRate(string(m.Op))
	case gate.Availability:
		share = compare.Availability()
	default:
		return stat.Proportion{}, false
	}
	p, _, err := share.Counts(compare.Side{Record: rec, Target: w.target})
	return p, err == nil
}

// passes asks the gates themselves before a step ends with a pass: they also
// know what samples that come in clusters are worth.
func (w *watch) passes(rec *results.Record) bool {
	for _, g := range gate.Judge(w.rules, rec, nil) {
		if g.Verdict != results.Pass {
			return false
		}
	}
	return true
}
