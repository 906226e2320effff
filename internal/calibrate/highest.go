package calibrate

import "math"

// climb finds the highest rate that holds.
type climb struct {
	from, limit float64
	least       float64 // below which nothing is tried: there a limit is not this tool's
	within      float64 // the answer's share of doubt
	attempts    int     // a rate holds if one of these does: a noisy neighbour is not this tool's limit
}

// highest doubles the rate while it holds, halves it if even the first does
// not, and then bisects, in logarithms, until over is at most within more than
// held. held is 0 if no rate from least on holds, over 0 if the limit does.
func (c climb) highest(holds func(rate float64) (bool, error)) (held, over float64, err error) {
	rate := c.from
	for {
		ok, err := c.attempt(rate, holds)
		switch {
		case err != nil:
			return 0, 0, err
		case ok:
			held = max(held, rate)
		default:
			over = rate
		}
		if done, next := c.next(held, over); !done {
			rate = next
			continue
		}
		return held, over, nil
	}
}

// next is the rate to try after these.
func (c climb) next(held, over float64) (done bool, rate float64) {
	switch {
	case over == 0 && held >= c.limit, held == 0 && over <= c.least:
		return true, 0
	case over == 0:
		return false, min(2*held, c.limit)
	case held == 0:
		return false, max(over/2, c.least)
	case over <= held*(1+c.within):
		return true, 0
	}
	// Rates are whole: between neighbours there is nothing left to try.
	between := math.Round(math.Sqrt(held * over))
	return between <= held || between >= over, between
}

func (c climb) attempt(rate float64, holds func(float64) (bool, error)) (bool, error) {
	for range c.attempts {
		if ok, err := holds(rate); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}
