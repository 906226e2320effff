package reports

import (
	"wabench/internal/hist"
	"wabench/results"
)

// evidence is a record that adds up each series once, however many figures
// show it: an hour has hundreds of blocks.
type evidence struct {
	*results.Record
	whole map[string]*hist.Histogram
}

// histogram returns a series over the whole run; nil if there is none.
func (e *evidence) histogram(target, series string) (*hist.Histogram, error) {
	key := target + "." + series
	if h, ok := e.whole[key]; ok {
		return h, nil
	}
	h, err := e.Histogram(target, series)
	if err != nil {
		return nil, err
	}
	e.whole[key] = h
	return h, nil
}

// drawFigures makes the figures that apply to a run, the most telling first.
func drawFigures(rec *results.Record, targets []string) ([]Figure, error) {
	var figures []Figure
	keep := func(f Figure, applies bool) {
		if applies {
			figures = append(figures, f)
		}
	}
	t := newTimeline(rec, targets)
	e := &evidence{rec, map[string]*hist.Histogram{}}
	load, ok, err := loadFigure(rec, targets, &t)
	if err != nil {
		return nil, err
	}
	keep(load, ok)
	keep(forest(rec.Run.Comparison))
	keep(t.latency())
	spectrum, ok, err := percentiles(e, targets)
	if err != nil {
		return nil, err
	}
	keep(spectrum, ok)
	ratios, ok, err := shift(e)
	if err != nil {
		return nil, err
	}
	keep(ratios, ok)
	keep(t.throughput())
	keep(t.errors())
	keep(t.inFlight())
	keep(funnel(rec, targets))
	delivered, ok, err := deliveries(e, targets)
	keep(delivered, ok)
	return figures, err
}
