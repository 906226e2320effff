package compare

import (
	"fmt"

	"wabench/internal/stat"
	"wabench/results"
)

// row is one metric of the table on its way to a delta.
type row struct {
	metric  string
	change  Change
	latency bool
	// lessIsBetter is false for rates and shares of success.
	lessIsBetter bool
	// refuses is set of the shares that say which side failed or refused more.
	refuses refusal
	effect  float64
	// noise is the effect that the generator itself could feign, of latencies;
	// the effect is raised to it for better and worse.
	noise   float64
	feigned Noise
	verdict stat.Verdict
	remark  string
}

type rows []*row

// refusal is how a request that was not accepted ended.
type refusal string

const (
	failed    refusal = "failed"
	throttled refusal = "throttled"
)

// judge reaches the verdict. What the generator could have feigned is neither
// better nor worse; nor is it the same, unless it is too small to matter.
func (r *row) judge() {
	wanted := r.change.verdict(r.effect)
	r.effect = max(r.effect, r.noise)
	r.verdict = r.change.verdict(r.effect)
	if r.verdict == stat.Same && wanted != stat.Same {
		r.verdict = stat.Unsure
		r.remark = "less than " + r.feigned.String()
	}
}

// doubt keeps what the generator could feign.
func (r *row) doubt(n Noise, o Options) {
	r.feigned, r.noise = n, leastEffect(r.change.Base, r.change.Head, o.floor(n.Least), o)
}

// delta is the row as run.json keeps it.
func (r *row) delta() results.Delta {
	d := r.change.delta(r.metric, r.latency)
	verdict := r.verdict
	if !r.lessIsBetter {
		verdict = verdict.Mirror()
	}
	d.Verdict = verdict.String()
	if verdict == stat.Unsure && r.remark == "" {
		r.remark = r.more()
	}
	if r.remark != "" {
		d.Detail += "; " + r.remark
	}
	return d
}

// more says how many further pairs would decide an unsure change.
func (r *row) more() string {
	c := r.change
	if !c.known() || !c.Relative || c.Pairs == 0 {
		return ""
	}
	n, ok := stat.PairsToDecide(c.Interval, c.Pairs, r.effect)
	if !ok || n <= c.Pairs {
		return ""
	}
	return fmt.Sprintf("about %d more pairs would decide", n-c.Pairs)
}
