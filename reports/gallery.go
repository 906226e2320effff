package reports

import "wabench/results"

// drawFigures makes the figures that apply to a run, the most telling first.
func drawFigures(rec *results.Record, targets []string) ([]Figure, error) {
	var figures []Figure
	keep := func(f Figure, applies bool) {
		if applies {
			figures = append(figures, f)
		}
	}
	t := newTimeline(rec, targets)
	load, ok, err := loadFigure(rec, targets, &t)
	if err != nil {
		return nil, err
	}
	keep(load, ok)
	keep(forest(rec.Run.Comparison))
	keep(t.latency())
	spectrum, ok, err := percentiles(rec, targets)
	if err != nil {
		return nil, err
	}
	keep(spectrum, ok)
	ratios, ok, err := shift(rec)
	if err != nil {
		return nil, err
	}
	keep(ratios, ok)
	keep(t.throughput())
	keep(t.errors())
	keep(t.inFlight())
	keep(funnel(rec, targets))
	delivered, ok, err := deliveries(rec, targets)
	keep(delivered, ok)
	return figures, err
}
