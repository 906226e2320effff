package pace

import (
	"fmt"
	"math"
	"time"

	"wabench/internal/units"
)

// RateAt returns the planned rate at a moment since the stage's start. A
// replay's rate is its mean, a closed stage has none.
func (s Stage) RateAt(at time.Duration) units.Rate {
	if at < 0 || at > s.Length() || s.Length() == 0 {
		return 0
	}
	share := float64(at) / float64(s.Length())
	switch s.Kind {
	case Hold:
		return s.From
	case Ramp:
		return s.From + units.Rate(share)*(s.To-s.From)
	case Steps:
		step := min(int(at/s.Each), s.stepCount()-1)
		return s.step(step)
	case Sine:
		phase := 2 * math.Pi * float64(at) / float64(s.Period)
		return s.Mean + s.Amplitude*units.Rate(math.Sin(phase))
	case Replay:
		return units.Rate(float64(len(s.Times)) / s.For.Seconds())
	}
	return 0
}

// Peak returns the highest planned rate of the stage.
func (s Stage) Peak() units.Rate {
	switch s.Kind {
	case Sine:
		return s.Mean + s.Amplitude
	case Replay:
		return s.RateAt(0)
	}
	return max(s.From, s.To)
}

// Hits returns the number of arrivals of the stage alone when they are
// uniform.
func (s Stage) Hits() int64 {
	if s.Kind == Replay {
		return int64(len(s.Times))
	}
	var total float64
	for _, c := range s.curves() {
		total += c.total()
	}
	return wholeHits(total)
}

// Label names the stage for axes and progress lines: "ramp 10/s..80/s".
func (s Stage) Label() string {
	switch s.Kind {
	case Hold:
		return fmt.Sprintf("hold %v", s.From)
	case Sine:
		return fmt.Sprintf("sine %v ± %v", s.Mean, s.Amplitude)
	case Replay:
		return fmt.Sprintf("replay of %d arrivals", len(s.Times))
	case Closed:
		return fmt.Sprintf("closed, %d users", s.Users)
	}
	return fmt.Sprintf("%s %v..%v", s.Kind, s.From, s.To)
}

// stepCount returns the number of steps from From to To, both included.
func (s Stage) stepCount() int {
	return 1 + int(math.Floor(math.Abs(float64(s.To-s.From))/float64(s.By)+1e-9))
}

// step returns the rate of step i.
func (s Stage) step(i int) units.Rate {
	if s.To < s.From {
		return s.From - units.Rate(i)*s.By
	}
	return s.From + units.Rate(i)*s.By
}

// Length returns how long the stage takes: For, or what steps add up to.
func (s Stage) Length() time.Duration {
	if s.Kind == Steps {
		return time.Duration(s.stepCount()) * s.Each
	}
	return s.For
}

// curves returns the stage's rate as pieces that can be integrated.
func (s Stage) curves() []curve {
	switch s.Kind {
	case Hold, Ramp:
		return []curve{ramp{from: float64(s.From), to: float64(s.To), length: s.For.Seconds()}}
	case Steps:
		pieces := make([]curve, s.stepCount())
		for i := range pieces {
			rate := float64(s.step(i))
			pieces[i] = ramp{from: rate, to: rate, length: s.Each.Seconds()}
		}
		return pieces
	case Sine:
		return []curve{sine{
			mean: float64(s.Mean), amplitude: float64(s.Amplitude),
			period: s.Period.Seconds(), length: s.For.Seconds(),
		}}
	}
	return nil
}

// wholeHits rounds an integral of a rate up to whole arrivals: a piece that
// integrates to 1500.0000001 by rounding errors still has 1500.
func wholeHits(total float64) int64 { return int64(math.Ceil(total - 1e-6)) }
