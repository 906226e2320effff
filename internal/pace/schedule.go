package pace

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"wabench/internal/units"
)

// New builds the schedule of stages that follow one another. A closed stage
// takes its time and contributes no arrivals. Errors name the stage (from 1).
func New(stages []Stage, arrivals Arrivals, seed uint64) (Schedule, error) {
	b := builder{arrivals: arrivals, seed: seed}
	for i, stage := range stages {
		if err := stage.check(); err != nil {
			return nil, fmt.Errorf("stage %d: %w", i+1, err)
		}
		b.add(stage)
	}
	return &b.schedule, nil
}

// check reports what makes a stage impossible to schedule.
func (s Stage) check() error {
	switch {
	case s.Length() <= 0:
		return fmt.Errorf("%s has no length", s.Kind)
	case s.Kind == Steps && (s.By <= 0 || s.stepCount() > 1e6):
		return fmt.Errorf("steps by %v do not lead from %v to %v", s.By, s.From, s.To)
	case s.Kind == Sine && (s.Period <= 0 || s.Amplitude > s.Mean || s.Amplitude < 0):
		return fmt.Errorf("sine needs a period and an amplitude of at most its mean %v", s.Mean)
	case s.Kind == Replay && !sort.SliceIsSorted(s.Times, func(i, j int) bool { return s.Times[i] < s.Times[j] }):
		return fmt.Errorf("replay times do not ascend")
	case s.From < 0 || s.To < 0 || math.IsInf(float64(s.From+s.To), 0):
		return fmt.Errorf("rate %v..%v is out of range", s.From, s.To)
	}
	return nil
}

// schedule is a list of segments in time, each with its own arrivals.
type schedule struct {
	segments []segment
	stages   []Stage
	length   time.Duration
	hits     int64
}

// segment is a stretch of one curve, or of a replay.
type segment struct {
	from  time.Duration
	first int64 // number of its first arrival
	hits  int64
	// uniform: arrival i comes where the integral reaches offset + i
	curve  curve
	offset float64
	// poisson: unit-rate arrival times every gapStride arrivals, and the key of
	// the gaps between
	marks []float64
	seed  uint64
	// replay
	times []time.Duration
}

// builder appends stages to a schedule.
type builder struct {
	schedule schedule
	arrivals Arrivals
	seed     uint64
	// carry is how far the integral is past the last arrival, so that uniform
	// arrivals go on evenly where one curve meets the next.
	carry float64
}

func (b *builder) add(stage Stage) {
	from := b.schedule.length
	if stage.Kind == Replay {
		b.append(segment{from: from, hits: int64(len(stage.Times)), times: stage.Times})
	}
	for _, c := range stage.curves() {
		if b.arrivals == Poisson {
			b.append(b.poisson(from, c))
		} else {
			b.append(b.uniform(from, c))
		}
		from += time.Duration(math.Round(c.seconds() * float64(time.Second)))
	}
	stage.For = stage.Length()
	b.schedule.stages = append(b.schedule.stages, stage)
	b.schedule.length += stage.For
}

func (b *builder) append(s segment) {
	s.first = b.schedule.hits
	b.schedule.hits += s.hits
	b.schedule.segments = append(b.schedule.segments, s)
}

// uniform places arrivals where the integral of the rate over the whole load
// passes whole numbers, the first one at its very start.
func (b *builder) uniform(from time.Duration, c curve) segment {
	hits := max(wholeHits(c.total()-b.carry), 0)
	s := segment{from: from, curve: c, offset: b.carry, hits: hits}
	b.carry += float64(hits) - c.total()
	return s
}

// gapStride is how many gaps lie between two marks of a Poisson segment: Due
// adds at most that many, and marks cost 8 bytes per gapStride arrivals.
const gapStride = 32

// poisson draws a unit-rate Poisson process and stretches time by the
// integral, which gives a Poisson process of the curve's rate.
func (b *builder) poisson(from time.Duration, c curve) segment {
	s := segment{from: from, curve: c, seed: b.seed ^ uint64(len(b.schedule.segments)+1)*0x9e3779b97f4a7c15}
	total := c.total()
	at := 0.0
	for {
		if s.hits%gapStride == 0 {
			s.marks = append(s.marks, at)
		}
		at += gap(s.seed, s.hits)
		if at >= total {
			return s
		}
		s.hits++
	}
}

// gap draws gap i of a unit-rate Poisson process: exponential with mean 1.
func gap(seed uint64, i int64) float64 {
	var source rand.PCG
	source.Seed(seed, uint64(i))
	u := float64(source.Uint64()>>11) / (1 << 53)
	return -math.Log1p(-u)
}

// due returns when the segment's arrival i comes, since the segment's start.
func (s *segment) due(i int64) time.Duration {
	switch {
	case s.times != nil:
		return s.times[i]
	case s.marks != nil:
		at := s.marks[i/gapStride]
		for k := i - i%gapStride; k <= i; k++ {
			at += gap(s.seed, k)
		}
		return seconds(s.curve.when(at))
	}
	return seconds(s.curve.when(s.offset + float64(i)))
}

func seconds(t float64) time.Duration { return time.Duration(math.Round(t * float64(time.Second))) }

// Due implements Schedule.
func (s *schedule) Due(n int64) time.Duration {
	i := sort.Search(len(s.segments), func(i int) bool { return s.segments[i].first > n }) - 1
	segment := &s.segments[i]
	return segment.from + segment.due(n-segment.first)
}

// Len implements Schedule.
func (s *schedule) Len() int64 { return s.hits }

// Rate implements Schedule.
func (s *schedule) Rate(at time.Duration) units.Rate {
	for _, stage := range s.stages {
		if at < stage.For {
			return stage.RateAt(at)
		}
		at -= stage.For
	}
	return 0
}

// Shard returns every n-th arrival of s, beginning with arrival i: the n
// shards of a schedule are a partition of it.
func Shard(s Schedule, i, n int) Schedule { return shard{s, int64(i), int64(n)} }

type shard struct {
	whole Schedule
	i, n  int64
}

func (s shard) Due(k int64) time.Duration { return s.whole.Due(k*s.n + s.i) }

func (s shard) Len() int64 { return (s.whole.Len() - s.i + s.n - 1) / s.n }

func (s shard) Rate(at time.Duration) units.Rate { return s.whole.Rate(at) / units.Rate(s.n) }
