package gate

import (
	"fmt"
	"time"

	"wabench/internal/compare"
	"wabench/internal/hist"
	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/results"
)

// latency judges a quantile, mean or maximum of a series, given block by
// block.
func (j *judgement) latency(blocks []*hist.Histogram) finding {
	all := hist.New()
	for _, b := range blocks {
		if b != nil {
			all.Add(b)
		}
	}
	if all.Count() == 0 {
		return inconclusive("there are no samples of " + string(j.rule.Metric.Series))
	}
	switch j.rule.Metric.Kind {
	case Mean:
		return j.mean(all, blocks)
	case Max:
		return j.max(all)
	}
	return j.quantile(all, blocks)
}

// position counts the samples that meet the bound from below, and those wholly
// below it. What lies in the bound's own bucket of the histogram counts as
// equal to it.
type position struct{ n, within, below int64 }

func positionOf(all *hist.Histogram, bound time.Duration) position {
	p := position{n: all.Count()}
	p.within = p.n - all.CountAbove(bound)
	all.Each(func(value time.Duration, count int64) {
		if value < bound {
			p.below += count
		}
	})
	return p
}

// meets reports whether the sample of a rank meets the bound. Rank 0 stands
// for a value below all, n+1 for one above all.
func (p position) meets(c Comparator, rank int64) bool {
	if c.upper() {
		return rank <= p.within
	}
	return rank > p.below
}

// quantile judges by the order-statistic interval. A pass must also hold for
// what the samples are worth if they come in clusters: if the blocks of a
// steady load differ in the share beyond the bound by more than chance. A
// failure need not: the run did break the bound.
func (j *judgement) quantile(all *hist.Histogram, blocks []*hist.Histogram) finding {
	bound := time.Duration(j.rule.Bound.Value)
	f := j.ordered(all, 1)
	if f.verdict != results.Pass || !compare.Steady(j.side()) {
		return f
	}
	if effect := compare.Clustering(beyond(blocks, bound)); effect > 1 {
		return j.ordered(all, effect)
	}
	return f
}

// ordered judges a quantile of samples worth one over effect each.
func (j *judgement) ordered(all *hist.Histogram, effect float64) finding {
	q := j.rule.Metric.Q
	lo, hi := ranks(all.Count(), effect, q, j.confidence())
	p := positionOf(all, time.Duration(j.rule.Bound.Value))
	f := finding{verdict: verdictOf(p.meets(j.rule.Comparator, lo), p.meets(j.rule.Comparator, hi))}
	f.observed = units.FormatDuration(all.Quantile(q)) + interval(all, lo, hi)
	f.detail = fmt.Sprintf("%s interval of %s samples", percent(j.confidence()), grouped(p.n))
	if effect > 1 {
		f.detail += fmt.Sprintf(", which come in clusters worth %s", grouped(int64(float64(p.n)/effect)))
	}
	if f.verdict == results.Inconclusive {
		f.detail += "; " + j.lacking(p, effect)
	}
	return f
}

// ranks are those of stat.QuantileRanks for n samples worth n/effect, with
// ends of 0 and n+1 where there is no bound.
func ranks(n int64, effect, q, confidence float64) (lo, hi int64) {
	if lo, hi, ok := stat.ClusteredRanks(n, effect, q, confidence); ok {
		return lo, hi
	}
	worth := int64(float64(n) / effect)
	lo, hi, _ = stat.QuantileRanks(worth, q, confidence)
	if lo > 0 {
		lo = int64(float64(lo-1)*effect) + 1
	}
	if hi > worth {
		return lo, n + 1
	}
	return lo, min(int64(float64(hi)*effect+1), n)
}

// lacking says how many more samples a quantile's verdict needs.
func (j *judgement) lacking(p position, effect float64) string {
	q, confidence := j.rule.Metric.Q, j.confidence()
	if need := stat.Clustered(stat.SamplesForQuantile(q, confidence), effect); need > p.n {
		return fmt.Sprintf("%s samples are needed, %s more", grouped(need), grouped(need-p.n))
	}
	claim := stat.TailBound{Quantile: q, Confidence: (1 + confidence) / 2, Effect: effect}
	n, ok := claim.More(p.n, p.n-p.within)
	return more(n, ok, "samples")
}

// interval prints the ends of an interval of ranks.
func interval(all *hist.Histogram, lo, hi int64) string {
	low, high := units.FormatDuration(all.AtRank(lo)), units.FormatDuration(all.AtRank(hi))
	switch {
	case lo < 1 && hi > all.Count():
		return ""
	case lo < 1:
		return " (up to " + high + ")"
	case hi > all.Count():
		return " (at least " + low + ")"
	}
	return " (" + low + " to " + high + ")"
}

// beyond counts the samples above a limit, block by block.
func beyond(blocks []*hist.Histogram, limit time.Duration) []stat.Proportion {
	var counts []stat.Proportion
	for _, b := range blocks {
		if b != nil {
			counts = append(counts, stat.Proportion{K: b.CountAbove(limit), N: b.Count()})
		}
	}
	return counts
}

func (j *judgement) mean(all *hist.Histogram, blocks []*hist.Histogram) finding {
	f := finding{verdict: results.Inconclusive, observed: units.FormatDuration(all.Mean())}
	i, ok := compare.MeanInterval(blocks, j.confidence())
	if !ok {
		f.detail = fmt.Sprintf("%s samples are too few for an interval of the mean; %d are needed",
			grouped(all.Count()), compare.LeastForMean)
		return f
	}
	c, bound := j.rule.Comparator, j.rule.Bound.Value
	f.verdict = verdictOf(c.holds(i.Lo, bound), c.holds(i.Hi, bound))
	f.observed += " (" + Duration.print(max(i.Lo, 0)) + " to " + Duration.print(i.Hi) + ")"
	f.detail = fmt.Sprintf("%s interval of %s samples", percent(j.confidence()), grouped(all.Count()))
	if f.verdict == results.Inconclusive {
		f.detail += ", which includes the bound; a longer run narrows it"
	}
	return f
}

// max judges the greatest sample.
func (j *judgement) max(all *hist.Histogram) finding {
	bound := time.Duration(j.rule.Bound.Value)
	p := positionOf(all, bound)
	ok := p.meets(j.rule.Comparator, p.n)
	if j.rule.Comparator == Precisely {
		ok = p.within == p.n && p.below < p.n
	}
	return finding{
		verdict: verdictOf(ok, ok), observed: units.FormatDuration(all.Max()),
		detail: fmt.Sprintf("the greatest of %s samples", grouped(p.n)),
	}
}
