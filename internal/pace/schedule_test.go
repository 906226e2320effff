package pace

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/units"
)

func hold(rate units.Rate, length time.Duration) Stage {
	return Stage{Kind: Hold, From: rate, To: rate, For: length}
}

func dues(t testing.TB, stages []Stage, arrivals Arrivals, seed uint64) []time.Duration {
	t.Helper()
	s, err := New(stages, arrivals, seed)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]time.Duration, s.Len())
	for n := range out {
		out[n] = s.Due(int64(n))
	}
	return out
}

func TestHoldIsEvenlySpacedFromZero(t *testing.T) {
	got := dues(t, []Stage{hold(4, time.Second)}, Uniform, 1)
	want := []time.Duration{0, 250 * time.Millisecond, 500 * time.Millisecond, 750 * time.Millisecond}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCounts(t *testing.T) {
	for _, c := range []struct {
		name   string
		stages []Stage
		want   int
	}{
		{"a rate that is no whole number of hits a nanosecond", []Stage{hold(3000, 10*time.Second)}, 30000},
		{"a ramp is its area", []Stage{{Kind: Ramp, From: 10, To: 80, For: 20 * time.Second}}, 900},
		{"a falling ramp to zero", []Stage{{Kind: Ramp, From: 10, To: 0, For: 2 * time.Second}}, 10},
		{"five steps", []Stage{{Kind: Steps, From: 20, To: 100, By: 20, Each: 10 * time.Second}}, 3000},
		{"steps that go down", []Stage{{Kind: Steps, From: 3, To: 1, By: 1, Each: time.Second}}, 6},
		{"a sine over whole periods is its mean", []Stage{{Kind: Sine, Mean: 50, Amplitude: 30, Period: 20 * time.Second, For: time.Minute}}, 3000},
		{"half hits are carried into the next stage", []Stage{hold(1, 500*time.Millisecond), hold(1, 500*time.Millisecond)}, 1},
		{"a closed stage has no arrivals", []Stage{{Kind: Closed, Users: 5, For: time.Second}, hold(2, time.Second)}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := len(dues(t, c.stages, Uniform, 1)); got != c.want {
				t.Errorf("%d arrivals, want %d", got, c.want)
			}
		})
	}
}

// stages draws any mix of open stages.
func stages(t *rapid.T) []Stage {
	rate := rapid.Float64Range(0.5, 300)
	length := rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(1, 5000).Draw(t, "ms")) * time.Millisecond
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stage {
		from, to := units.Rate(rate.Draw(t, "from")), units.Rate(rate.Draw(t, "to"))
		switch rapid.SampledFrom([]Kind{Hold, Ramp, Steps, Sine, Replay}).Draw(t, "kind") {
		case Hold:
			return hold(from, length.Draw(t, "for"))
		case Ramp:
			return Stage{Kind: Ramp, From: from, To: to, For: length.Draw(t, "for")}
		case Steps:
			return Stage{Kind: Steps, From: from, To: to, By: max(from, to) / 3, Each: length.Draw(t, "each")}
		case Sine:
			return Stage{Kind: Sine, Mean: from, Amplitude: from * 0.9, Period: length.Draw(t, "period"), For: length.Draw(t, "for")}
		}
		times := rapid.SliceOfN(length, 1, 20).Draw(t, "times")
		slices.Sort(times)
		return Stage{Kind: Replay, Times: times, For: 5 * time.Second}
	}), 1, 5).Draw(t, "stages")
}

func TestDueNeverDecreasesAndStaysInTheLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := stages(t)
		var length time.Duration
		for _, s := range list {
			length += s.Length()
		}
		arrivals := rapid.SampledFrom([]Arrivals{Uniform, Poisson}).Draw(t, "arrivals")
		s, err := New(list, arrivals, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		last := time.Duration(0)
		for n := range s.Len() {
			due := s.Due(n)
			if due < last || due > length {
				t.Fatalf("arrival %d is due at %v, after %v, in a load of %v", n, due, last, length)
			}
			last = due
		}
	})
}

// The integral of the rate up to Due(n) is n: for any mix of shapes, checked
// by summing the rate itself in small steps.
func TestUniformArrivalsFollowTheIntegral(t *testing.T) {
	list := []Stage{
		{Kind: Ramp, From: 5, To: 90, For: 3 * time.Second},
		{Kind: Steps, From: 90, To: 30, By: 30, Each: time.Second},
		{Kind: Sine, Mean: 40, Amplitude: 40, Period: 700 * time.Millisecond, For: 2100 * time.Millisecond},
		hold(17.3, 2*time.Second),
	}
	s, err := New(list, Uniform, 1)
	if err != nil {
		t.Fatal(err)
	}
	const step = 10 * time.Microsecond
	var integral float64
	at := time.Duration(0)
	for n := range s.Len() {
		for ; at < s.Due(n); at += step {
			integral += float64(s.Rate(at+step/2)) * step.Seconds()
		}
		if math.Abs(integral-float64(n)) > 0.01 {
			t.Fatalf("at arrival %d (%v) the integral of the rate is %.4f", n, s.Due(n), integral)
		}
	}
}

func TestShardsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := New(stages(t), Poisson, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(1, 7).Draw(t, "shards")
		var total int64
		for i := range n {
			part := Shard(s, i, n)
			total += part.Len()
			for k := range part.Len() {
				if part.Due(k) != s.Due(k*int64(n)+int64(i)) {
					t.Fatalf("shard %d of %d: arrival %d is not the whole's", i, n, k)
				}
			}
		}
		if total != s.Len() {
			t.Fatalf("%d shards have %d arrivals, the whole %d", n, total, s.Len())
		}
	})
}

func TestPoissonGapsAreExponential(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3, 42} {
		got := dues(t, []Stage{hold(1000, 20*time.Second)}, Poisson, seed)
		gaps := make([]float64, len(got)-1)
		var mean float64
		for i := range gaps {
			gaps[i] = (got[i+1] - got[i]).Seconds()
			mean += gaps[i] / float64(len(gaps))
		}
		slices.Sort(gaps)
		// Anderson–Darling for an exponential with estimated mean: 1 % critical
		// value 1.959 (Stephens 1974, table 4.11 of D'Agostino & Stephens).
		n := float64(len(gaps))
		sum := 0.0
		for i, g := range gaps {
			cdf := -math.Expm1(-g / mean)
			upper := math.Exp(-gaps[len(gaps)-1-i] / mean)
			sum += (2*float64(i) + 1) * (math.Log(max(cdf, 1e-300)) + math.Log(upper))
		}
		if a2 := (-n - sum/n) * (1 + 0.6/n); a2 > 1.959 {
			t.Errorf("seed %d: Anderson–Darling %.3f > 1.959", seed, a2)
		}
		if math.Abs(n-20000) > 4*math.Sqrt(20000) {
			t.Errorf("seed %d: %d arrivals, want about 20000", seed, len(got))
		}
	}
}

func TestSameSeedSameArrivals(t *testing.T) {
	list := []Stage{{Kind: Ramp, From: 1, To: 100, For: 5 * time.Second}}
	if diff := cmp.Diff(dues(t, list, Poisson, 7), dues(t, list, Poisson, 7)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(dues(t, list, Poisson, 7), dues(t, list, Poisson, 8)) {
		t.Error("two seeds gave the same arrivals")
	}
}

func TestBadStagesAreNamed(t *testing.T) {
	for _, c := range []struct {
		stage Stage
		want  string
	}{
		{Stage{Kind: Hold, From: 1, To: 1}, "stage 1: hold has no length"},
		{Stage{Kind: Sine, Mean: 1, Amplitude: 2, Period: 1, For: 1}, "stage 1: sine needs a period and an amplitude of at most its mean 1/s"},
		{Stage{Kind: Replay, Times: []time.Duration{2, 1}, For: 5}, "stage 1: replay times do not ascend"},
	} {
		if _, err := New([]Stage{c.stage}, Uniform, 1); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func BenchmarkDue(b *testing.B) {
	for _, arrivals := range []Arrivals{Uniform, Poisson} {
		b.Run(string(arrivals), func(b *testing.B) {
			s, err := New([]Stage{{Kind: Ramp, From: 10, To: 1000, For: time.Minute}}, arrivals, 1)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for n := int64(0); b.Loop(); n++ {
				s.Due(n % s.Len())
			}
		})
	}
}
