package gate

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"wabench/internal/compare"
	"wabench/internal/hist"
	"wabench/internal/stat"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// window is one stretch of a rule with over, judged.
type window struct {
	from    time.Duration
	finding finding
	// excess orders windows from best to worst.
	excess float64
	n      int64
	// thin windows have too few samples to pass with none beyond the bound:
	// the edges of the run and of its legs.
	thin bool
}

// overWindows holds the rule against every window. It fails if a window fails,
// for certain even among so many (Bonferroni), and passes if every window
// passes that is not thin and these hold most of the samples.
func (j *judgement) overWindows() finding {
	windows, err := j.windows(j.confidence())
	if err != nil {
		return inconclusive(err.Error())
	}
	if len(windows) == 0 {
		return inconclusive("there are no samples of " + j.rule.Metric.String())
	}
	strict, err := j.windows(1 - (1-j.confidence())/float64(len(windows)))
	if err != nil {
		return inconclusive(err.Error())
	}
	for i := range windows {
		if windows[i].finding.verdict == results.Fail && strict[i].finding.verdict != results.Fail {
			windows[i].finding.verdict = results.Inconclusive
		}
	}
	return joinWindows(windows)
}

// joinWindows is the finding of the worst window, and what the rest came to.
func joinWindows(windows []window) finding {
	count, thin := map[string]int{}, 0
	var judged []window
	var seen, unseen int64
	for _, w := range windows {
		if w.thin && w.finding.verdict != results.Fail {
			thin++
			unseen += w.n
			continue
		}
		seen += w.n
		count[w.finding.verdict]++
		judged = append(judged, w)
	}
	f := finding{verdict: results.Pass, observed: "nothing", detail: fmt.Sprintf("of %d windows, %d passed", len(windows), count[results.Pass])}
	if count[results.Fail] > 0 {
		f.verdict = results.Fail
		f.detail += fmt.Sprintf(", %d failed", count[results.Fail])
	} else if count[results.Inconclusive] > 0 || len(judged) == 0 || unseen > seen {
		f.verdict = results.Inconclusive
	}
	if n := count[results.Inconclusive]; n > 0 {
		f.detail += fmt.Sprintf(", %d straddle the bound", n)
	}
	if thin > 0 {
		f.detail += fmt.Sprintf(", %d have too few samples to be judged", thin)
	}
	if len(judged) > 0 {
		worst := slices.MaxFunc(judged, byBadness)
		f.observed = worst.finding.observed + " at " + at(worst.from)
		f.detail += "; the worst: " + worst.finding.detail
	}
	return f
}

// byBadness puts failures above doubts above passes, and within each the
// greater excess above.
func byBadness(p, q window) int {
	rank := map[string]int{results.Pass: 0, results.Inconclusive: 1, results.Fail: 2}
	if d := rank[p.finding.verdict] - rank[q.finding.verdict]; d != 0 {
		return d
	}
	switch {
	case p.excess > q.excess:
		return 1
	case p.excess < q.excess:
		return -1
	}
	return 0
}

// windows judges each window at a confidence, in order of time.
func (j *judgement) windows(confidence float64) ([]window, error) {
	strict := *j
	strict.rule.Options = Options{Confidence: confidence}
	if j.rule.Metric.Series != "" {
		return strict.latencyWindows()
	}
	return strict.countWindows(), nil
}

func (j *judgement) latencyWindows() ([]window, error) {
	found, err := j.rec.Windows(j.target, string(j.rule.Metric.Series), j.rule.Over)
	if err != nil {
		return nil, err
	}
	var windows []window
	for _, w := range found {
		if w.Hist.Count() == 0 {
			continue
		}
		judged := window{from: w.From, n: w.Hist.Count(), finding: j.latency([]*hist.Histogram{w.Hist})}
		judged.excess = j.excess(j.estimate(w.Hist))
		judged.thin = judged.n < j.leastSamples()
		windows = append(windows, judged)
	}
	return windows, nil
}

// leastSamples is how many a window needs to be judged.
func (j *judgement) leastSamples() int64 {
	switch j.rule.Metric.Kind {
	case Quantile:
		return stat.SamplesForQuantile(j.rule.Metric.Q, j.rule.Confidence())
	case Mean:
		return compare.LeastForMean
	}
	return 1
}

// estimate is the metric's value in a histogram.
func (j *judgement) estimate(h *hist.Histogram) float64 {
	switch j.rule.Metric.Kind {
	case Mean:
		return float64(h.Mean())
	case Max:
		return float64(h.Max())
	}
	return float64(h.Quantile(j.rule.Metric.Q))
}

// excess is how far a value is on the wrong side of the bound.
func (j *judgement) excess(value float64) float64 {
	if j.rule.Comparator.upper() {
		return value - j.rule.Bound.Value
	}
	return j.rule.Bound.Value - value
}

// tally is what ended in a window, and how long the window was covered.
type tally struct {
	outcomes map[string]int64
	covered  time.Duration
}

// fullyCovered is the share of a window that a rate must be measured over.
const fullyCovered = 0.9

func (j *judgement) countWindows() []window {
	tallies := j.tallies()
	var windows []window
	for _, from := range slices.Sorted(maps.Keys(tallies)) {
		t := tallies[from]
		w := window{from: from}
		if share, ok := j.rule.Metric.share(); ok {
			p := share.Of(t.outcomes)
			if p.N == 0 {
				continue
			}
			w.n, w.finding, w.excess, w.thin = p.N, j.share(p, nil), j.excess(p.Share()), j.thinShare(p.N)
		} else {
			rate := float64(t.outcomes[whatsapp.OK.String()]) / t.covered.Seconds()
			w.finding, w.excess = j.exactly(rate, "accepted per second"), j.excess(rate)
			if w.thin = t.covered.Seconds() < fullyCovered*j.rule.Over.Seconds(); w.thin {
				w.finding.verdict = results.Inconclusive
			}
		}
		windows = append(windows, w)
	}
	return windows
}

// thinShare reports whether n requests could not pass even without a failure.
func (j *judgement) thinShare(n int64) bool {
	limit := j.rule.Bound.Value
	if !j.rule.Comparator.upper() {
		limit = 1 - limit
	}
	return limit > 0 && limit < 1 && n < stat.ZeroFailures(limit, j.rule.Confidence())
}

// tallies adds up the target's points by window.
func (j *judgement) tallies() map[time.Duration]tally {
	tallies := map[time.Duration]tally{}
	op := string(j.rule.Metric.Op)
	for _, p := range j.rec.Points {
		if p.Target != j.target || p.Op == results.OpWebhook || p.Block == results.WarmupBlock || op != "" && p.Op != op {
			continue
		}
		from := p.Start.Truncate(j.rule.Over)
		t := tallies[from]
		if t.outcomes == nil {
			t.outcomes = map[string]int64{}
		}
		for class, n := range p.Outcomes {
			t.outcomes[class] += n
		}
		if p.Planned > 0 || p.Sent > 0 {
			t.covered += p.End - p.Start
		}
		tallies[from] = t
	}
	return tallies
}
