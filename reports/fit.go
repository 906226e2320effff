package reports

import "math"

// fitted returns the figure with every axis stretched over its data: from zero
// for counts and rates, around the data on a log scale.
func (f Figure) fitted() Figure {
	x := extent{}
	for _, p := range f.Panels {
		for _, s := range p.Series {
			x.cover(f.X.Scale, s.X)
			if s.Kind == Ranges && p.Y.Scale == Category {
				x.cover(f.X.Scale, s.Lo)
				x.cover(f.X.Scale, s.Hi)
			}
		}
	}
	if f.X.Scale == Category || f.X.Min == f.X.Max {
		f.X = x.fit(f.X)
	}
	panels := make([]Panel, len(f.Panels))
	for i, p := range f.Panels {
		panels[i] = p.fitted()
	}
	f.Panels = panels
	return f
}

// fitted returns the panel with its vertical axis stretched over its data.
func (p Panel) fitted() Panel {
	if p.Height == 0 {
		p.Height = float64(plotHeight)
	}
	if p.Y.Scale == Category {
		p.Y.Min, p.Y.Max = -0.6, float64(len(p.Y.Names))-0.4
		return p
	}
	y := extent{}
	for _, s := range p.Series {
		y.cover(p.Y.Scale, s.Y)
		y.cover(p.Y.Scale, s.Lo)
		y.cover(p.Y.Scale, s.Hi)
	}
	for _, r := range p.Rules {
		if !r.Vertical {
			y.cover(p.Y.Scale, Values{r.At})
		}
	}
	if p.Y.Min == p.Y.Max {
		p.Y = y.fit(p.Y)
	}
	return p
}

// extent is the range of the values seen.
type extent struct {
	low, high float64
	any       bool
}

// cover widens the extent over values; a log scale has no place for zero.
func (e *extent) cover(scale Scale, values Values) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) || scale == Log && v <= 0 {
			continue
		}
		if !e.any {
			e.low, e.high, e.any = v, v, true
		}
		e.low, e.high = min(e.low, v), max(e.high, v)
	}
}

// fit returns the axis over the extent with some air.
func (e extent) fit(a Axis) Axis {
	switch {
	case !e.any && a.Scale == Log:
		e.low, e.high = 0.1, 1
	case !e.any:
		e.low, e.high = 0, 1
	}
	switch {
	case a.Scale == Log:
		// A tenth of the height is air, at least a tenth of a decade.
		air := math.Pow(10, max(0.08*math.Log10(e.high/e.low), 0.1))
		a.Min, a.Max = e.low/air, e.high*air
	case a.Scale == Tail || a.Unit == Clock:
		a.Min, a.Max = min(e.low, 0), max(e.high, 0.5)
	default:
		a.Min, a.Max = min(e.low, 0), e.high*1.08
	}
	if a.Max == a.Min {
		a.Max = a.Min + 1
	}
	return a
}
