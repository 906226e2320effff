package compare

import "time"

// Shift is how far head lies from base at one quantile, with its interval.
type Shift struct {
	Q          float64
	Base, Head time.Duration
	// Delta is head-base. Known is false where there is no interval, and Low
	// and High are then 0.
	Delta, Low, High time.Duration
	Known            bool
}

// shiftQuantiles are where the shift function is evaluated.
func shiftQuantiles() []float64 {
	return []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999}
}

// Shifts is the shift function of a series: what head adds to base at p10 to
// p99.9, each with its own interval. A line off zero over part of its length
// shows a difference in that part of the requests, which no single quantile
// does.
func Shifts(base, head Side, series string, o Options) ([]Shift, error) {
	o = o.filled()
	qs := shiftQuantiles()
	changes, err := quantiles(base, head, series, qs, o)
	if err != nil {
		return nil, err
	}
	shifts := make([]Shift, len(qs))
	for i, c := range changes {
		s := Shift{Q: qs[i], Base: nanoseconds(c.Base), Head: nanoseconds(c.Head), Known: c.known()}
		s.Delta = s.Head - s.Base
		if s.Known {
			// The ratio's interval, about the ratio, is the delta's about the delta.
			s.Low = min(s.Delta, nanoseconds(c.Head*c.Interval.Lo/c.Value-c.Base))
			s.High = max(s.Delta, nanoseconds(c.Head*c.Interval.Hi/c.Value-c.Base))
		}
		shifts[i] = s
	}
	return shifts, nil
}
