package reports

import (
	"math"
	"strconv"
	"time"

	"wabench/internal/units"
)

// Scale is how values are laid out along an axis.
type Scale string

// The scales.
const (
	Linear   Scale = "linear"
	Log      Scale = "log"
	Tail     Scale = "tail"     // log-percentile: values are -log10(1-q), so each nine is as wide as the last
	Category Scale = "category" // names in Axis.Names, the first on top
)

// Unit is what an axis counts.
type Unit string

// The units.
const (
	Latency    Unit = "latency"    // seconds, printed as durations
	Clock      Unit = "clock"      // seconds since the start, printed as m:ss
	PerSecond  Unit = "rate"       // events per second
	Share      Unit = "share"      // 0..1, printed in percent
	Count      Unit = "count"      // whole things
	Ratio      Unit = "ratio"      // head / base
	Percentile Unit = "percentile" // of the Tail scale
)

// Axis is one axis. Min and Max are both 0 until fitted to the data.
type Axis struct {
	Label string   `json:"label"`
	Unit  Unit     `json:"unit"`
	Scale Scale    `json:"scale"`
	Min   float64  `json:"min"`
	Max   float64  `json:"max"`
	Names []string `json:"names,omitempty"`
}

// Tick is a labelled place on an axis; an empty label is a minor tick.
type Tick struct {
	At    float64
	Label string
}

// place returns where x lies along the axis, 0 to 1 within its range.
func (a Axis) place(x float64) float64 {
	low, high := a.Min, a.Max
	if a.Scale == Log {
		low, high, x = math.Log(low), math.Log(high), math.Log(x)
	}
	if high == low {
		return 0.5
	}
	at := (x - low) / (high - low)
	if a.Scale == Category {
		return 1 - at
	}
	return at
}

// ticks returns the axis' ticks, about as many labelled ones as asked for.
func (a Axis) ticks(about int) []Tick {
	switch {
	case a.Scale == Category:
		return a.names()
	case a.Scale == Tail:
		return a.nines()
	case a.Scale == Log && a.Unit == Latency && a.Max > 12:
		return a.minutes()
	case a.Scale == Log:
		return a.decades()
	case a.Unit == Clock:
		return a.every(clockStep((a.Max - a.Min) / float64(about)))
	}
	return a.every(niceStep((a.Max-a.Min)/float64(about), a.Unit == Count))
}

func (a Axis) names() []Tick {
	ticks := make([]Tick, len(a.Names))
	for i, name := range a.Names {
		ticks[i] = Tick{float64(i), name}
	}
	return ticks
}

// nines ticks the percentiles that people quote.
func (a Axis) nines() []Tick {
	var ticks []Tick
	for _, label := range []string{"0", "50", "75", "90", "95", "99", "99.9", "99.99", "99.999", "99.9999"} {
		q, _ := strconv.ParseFloat(label, 64)
		if at := tailOf(q / 100); at <= a.Max+1e-9 {
			ticks = append(ticks, Tick{at, "p" + label})
		}
	}
	return ticks
}

// tailOf is the place of quantile q on the Tail scale.
func tailOf(q float64) float64 { return -math.Log10(1 - q) }

// decades ticks powers of ten, and their multiples where there are few.
func (a Axis) decades() []Tick {
	span := math.Log10(a.Max / a.Min)
	if span < 0.4 {
		// Less than a factor of 2.5 is all but linear.
		return a.every(niceStep((a.Max-a.Min)/5, false))
	}
	return a.powers(span)
}

// powers ticks powers of ten and labels the more between them the fewer decades
// the whole axis spans.
func (a Axis) powers(span float64) []Tick {
	labelled := map[float64]bool{1: true}
	if span < 1.2 {
		labelled = map[float64]bool{1: true, 1.5: true, 2: true, 3: true, 4: true, 5: true, 7: true}
	} else if span < 3.2 {
		labelled = map[float64]bool{1: true, 2: true, 5: true}
	}
	var ticks []Tick
	for power := math.Floor(math.Log10(a.Min)); power <= math.Ceil(math.Log10(a.Max)); power++ {
		for _, m := range []float64{1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9} {
			at := m * math.Pow(10, power)
			if at < a.Min*0.9999 || at > a.Max*1.0001 || m == 1.5 && !labelled[m] {
				continue
			}
			tick := Tick{At: at}
			if labelled[m] {
				tick.Label = a.format(at)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// minutes ticks decades of seconds up to ten, and minutes above: nobody thinks
// in hundreds of seconds.
func (a Axis) minutes() []Tick {
	short := a
	short.Max = 9.5
	ticks := short.powers(math.Log10(a.Max / a.Min))
	few := a.Max/a.Min > 3000
	for _, at := range []float64{10, 20, 30, 60, 120, 300, 600} {
		if at < a.Min || at > a.Max {
			continue
		}
		tick := Tick{At: at}
		if !few && at != 20 || at == 10 || at == 60 || at == 600 {
			tick.Label = a.format(at)
		}
		ticks = append(ticks, tick)
	}
	return ticks
}

// every ticks the multiples of step.
func (a Axis) every(step float64) []Tick {
	var ticks []Tick
	for n := math.Ceil(a.Min/step - 1e-9); n*step <= a.Max+step*1e-9; n++ {
		at := n*step + 0 // without it, -0 stays -0
		ticks = append(ticks, Tick{at, a.format(at)})
	}
	return ticks
}

// niceStep rounds a step up to 1, 2 or 5 times a power of ten.
func niceStep(step float64, whole bool) float64 {
	if step <= 0 || math.IsNaN(step) || math.IsInf(step, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if m*power >= step*0.999 {
			if whole {
				return max(math.Ceil(m*power), 1)
			}
			return m * power
		}
	}
	return 10 * power
}

// clockSteps are the steps that read well on a clock, in seconds.
var clockSteps = []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400}

// clockStep rounds a step up to one that reads well on a clock.
func clockStep(step float64) float64 {
	for _, s := range clockSteps {
		if s >= step*0.999 {
			return s
		}
	}
	return niceStep(step/86400, true) * 86400
}

// format prints a value in the axis' unit.
func (a Axis) format(x float64) string {
	switch a.Unit {
	case Latency:
		return units.FormatDuration(time.Duration(math.Round(x * float64(time.Second))))
	case Clock:
		return clock(x)
	case Share:
		return units.Percent(x).String()
	case Ratio:
		return strconv.FormatFloat(x, 'g', 3, 64) + "×"
	case Count:
		return count(int64(math.Round(x)))
	case Percentile:
		return "p" + strconv.FormatFloat(100*(1-math.Pow(10, -x)), 'g', 6, 64)
	}
	return significant(x)
}

// clock prints seconds as m:ss, or h:mm:ss from an hour on.
func clock(seconds float64) string {
	whole := int(math.Round(seconds))
	two := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	if whole >= 3600 {
		return strconv.Itoa(whole/3600) + ":" + two(whole/60%60) + ":" + two(whole%60)
	}
	return strconv.Itoa(whole/60) + ":" + two(whole%60)
}
