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
	for _, of := range []func() (Figure, bool, error){
		func() (Figure, bool, error) { return percentiles(rec, targets) },
		func() (Figure, bool, error) { return shift(rec) },
	} {
		f, ok, err := of()
		if err != nil {
			return nil, err
		}
		keep(f, ok)
	}
	keep(t.throughput())
	keep(t.errors())
	keep(t.inFlight())
	keep(funnel(rec, targets))
	delivered, ok, err := deliveries(rec, targets)
	keep(delivered, ok)
	return figures, err
}
