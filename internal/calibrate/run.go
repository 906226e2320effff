package calibrate

import (
	"context"
	"fmt"
	"time"

	"wabench/internal/hist"
	"wabench/internal/known"
	"wabench/internal/load"
	"wabench/internal/units"
	"wabench/results"
)

// Options are what a calibration is to be.
type Options struct {
	// Quick is a glance of less than three seconds.
	Quick       bool
	Environment results.Environment
	// Progress, where set, is told what is measured next.
	Progress func(text string)
}

// pass is how long and how hard each part is measured.
type pass struct {
	rate           units.Rate
	warmup, length time.Duration
	climb          climb
	climbWarmup    time.Duration
	climbLength    time.Duration
}

// The two passes. A thousand a second is what the promise of lateness is made
// for; the climb's steps are short, for a machine shows soon that it cannot.
func (o Options) pass() pass {
	if o.Quick {
		return pass{
			rate: 400, warmup: 20 * time.Millisecond, length: 130 * time.Millisecond,
			climb:       climb{from: 4000, limit: 32000, least: 250, within: 1, attempts: 1},
			climbWarmup: 10 * time.Millisecond, climbLength: 100 * time.Millisecond,
		}
	}
	return pass{
		rate: 1000, warmup: time.Second, length: 5 * time.Second,
		climb:       climb{from: 1000, limit: 256000, least: 125, within: 0.05, attempts: 2},
		climbWarmup: 200 * time.Millisecond, climbLength: time.Second,
	}
}

// climbLatency is that of the climb's server: of the faster platforms. The
// verdict sets lateness beside it, so that with a server that answers at once
// it would turn long before the machine is busy.
const climbLatency = 20 * time.Millisecond

// seed keys the latencies that servers draw.
const seed = 1

// Run calibrates this machine.
func Run(ctx context.Context, o Options) (Floor, error) {
	return calibration{Options: o, reach: bySocket}.run(ctx)
}

// calibration is a run with the way it reaches its servers.
type calibration struct {
	Options
	reach reach
	wait  func(time.Time)
}

// waits are the engine's options that say how to wait.
func (c calibration) waits() load.Options {
	return load.Options{Wait: c.wait, BusyWait: c.Environment.BusyWait}
}

func (c calibration) run(ctx context.Context) (Floor, error) {
	p := c.pass()
	f := Floor{
		Schema: Schema, Measured: time.Now().UTC().Truncate(time.Second), Environment: c.Environment,
		Quick: c.Quick, Rate: float64(p.rate),
	}
	late := hist.New()
	for _, l := range latencies() {
		c.tell("%s at %v", l.Name, p.rate)
		m, err := round{l, p.rate, p.warmup, p.length, seed}.measure(ctx, c.reach, c.waits())
		if err != nil {
			return f, fmt.Errorf("measure %s: %w", l.Name, err)
		}
		late.Add(m.lateness)
		f.Servers = append(f.Servers, m.server)
		f.Added.P50, f.Added.P99 = max(f.Added.P50, m.server.Added.P50), max(f.Added.P99, m.server.Added.P99)
	}
	f.Lateness = latenessOf(late)
	var err error
	f.HighestRate, f.LowestOver, err = p.climb.highest(func(rate float64) (bool, error) { return c.holds(ctx, p, rate) })
	return f, err
}

// holds reports whether the generator finds itself valid at a rate.
func (c calibration) holds(ctx context.Context, p pass, rate float64) (bool, error) {
	c.tell("as fast as %.0f/s", rate)
	m, err := round{known.Fixed(climbLatency), units.Rate(rate), p.climbWarmup, p.climbLength, seed}.measure(ctx, c.reach, c.waits())
	if err != nil {
		return false, fmt.Errorf("measure %v: %w", units.Rate(rate), err)
	}
	return m.generator.Verdict == results.Valid, nil
}

func (c calibration) tell(format string, args ...any) {
	if c.Progress != nil {
		c.Progress(fmt.Sprintf(format, args...))
	}
}
