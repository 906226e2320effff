package pace

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wabench/internal/units"
)

// area is the integral of a stage's rate from its start to a moment, written
// down shape by shape and not by the curves that schedules are made of.
func area(s Stage, at time.Duration) float64 {
	t := at.Seconds()
	switch s.Kind {
	case Hold:
		return float64(s.From) * t
	case Ramp:
		return float64(s.From)*t + float64(s.To-s.From)*t*t/(2*s.For.Seconds())
	case Steps:
		var sum float64
		for i := 0; at > 0; i++ {
			sum += float64(s.step(min(i, s.stepCount()-1))) * min(at, s.Each).Seconds()
			at -= s.Each
		}
		return sum
	case Sine:
		swing := float64(s.Amplitude) * s.Period.Seconds() / (2 * math.Pi)
		return float64(s.Mean)*t + swing*(1-math.Cos(2*math.Pi*t/s.Period.Seconds()))
	}
	return 0
}

// areaOf is the integral of the rate of stages that follow one another.
func areaOf(list []Stage, at time.Duration) float64 {
	var sum float64
	for _, s := range list {
		sum += area(s, min(at, s.Length()))
		if at -= s.Length(); at <= 0 {
			break
		}
	}
	return sum
}

// open draws stages that have a rate, of any shapes.
func open(t *rapid.T) []Stage {
	list := slices.DeleteFunc(stages(t), func(s Stage) bool { return s.Kind == Replay })
	if len(list) == 0 {
		list = []Stage{hold(7, time.Second)}
	}
	return list
}

// Arrival n is due where the integral of the rate is n, whatever shapes follow
// one another, and the last one is the last whole number in it. A nanosecond of
// rounding is 3·10⁻⁷ of an arrival at these rates.
func TestAnyMixFollowsItsIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := open(t)
		s, err := New(list, Uniform, 1)
		if err != nil {
			t.Fatal(err)
		}
		for n := range s.Len() {
			if got := areaOf(list, s.Due(n)); math.Abs(got-float64(n)) > 1e-5 {
				t.Fatalf("arrival %d is due at %v, where the integral is %.7f", n, s.Due(n), got)
			}
		}
		var length time.Duration
		for _, stage := range list {
			length += stage.Length()
		}
		if total := areaOf(list, length); math.Abs(math.Ceil(total-1e-5)-float64(s.Len())) > 1e-9 && math.Abs(total-math.Round(total)) > 1e-4 {
			t.Fatalf("%d arrivals in a load that integrates to %.6f", s.Len(), total)
		}
	})
}

func TestAReplayIsWhatWasRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offsets := rapid.SliceOfN(rapid.Int64Range(0, int64(5*time.Second)), 1, 50).Draw(t, "times")
		slices.Sort(offsets)
		replay := Stage{Kind: Replay, For: 5 * time.Second}
		for _, at := range offsets {
			replay.Times = append(replay.Times, time.Duration(at))
		}
		before := hold(units.Rate(rapid.Float64Range(1, 50).Draw(t, "rate")), time.Duration(rapid.Int64Range(1, 3000).Draw(t, "ms"))*time.Millisecond)
		s, err := New([]Stage{before, replay}, rapid.SampledFrom([]Arrivals{Uniform, Poisson}).Draw(t, "arrivals"), 3)
		if err != nil {
			t.Fatal(err)
		}
		first := s.Len() - int64(len(offsets))
		for i, at := range replay.Times {
			if got := s.Due(first + int64(i)); got != before.For+at {
				t.Fatalf("arrival %d of the replay is due at %v, want %v", i, got, before.For+at)
			}
		}
	})
}

// Seen on the scale of the integral, the arrivals of any shape are a Poisson
// process of rate one: Anderson–Darling for an exponential of known mean, 1 %
// critical value 3.857 (Stephens 1974, case 0).
func TestPoissonArrivalsFollowAnyShape(t *testing.T) {
	for name, stage := range map[string]Stage{
		"hold":  hold(1000, 10*time.Second),
		"ramp":  {Kind: Ramp, From: 100, To: 1900, For: 10 * time.Second},
		"steps": {Kind: Steps, From: 500, To: 1500, By: 250, Each: 2 * time.Second},
		"sine":  {Kind: Sine, Mean: 1000, Amplitude: 900, Period: 3 * time.Second, For: 10 * time.Second},
	} {
		for _, seed := range []uint64{1, 2, 3, 42} {
			var gaps []float64
			last := 0.0
			for _, due := range dues(t, []Stage{stage}, Poisson, seed) {
				at := area(stage, due)
				gaps, last = append(gaps, at-last), at
			}
			if a2 := andersonDarling(gaps); a2 > 3.857 {
				t.Errorf("%s, seed %d: Anderson–Darling %.3f > 3.857", name, seed, a2)
			}
		}
	}
}

// andersonDarling compares gaps with the exponential distribution of mean one.
func andersonDarling(gaps []float64) float64 {
	slices.Sort(gaps)
	n := float64(len(gaps))
	sum := 0.0
	for i, g := range gaps {
		cdf := max(-math.Expm1(-g), 1e-300)
		sum += (2*float64(i) + 1) * (math.Log(cdf) - gaps[len(gaps)-1-i])
	}
	return -n - sum/n
}
