package accuracy

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// World runs what a session needs.
type World interface {
	// Run runs commands to their ends, one after the other, in a directory that
	// was empty.
	Run(ctx context.Context, commands []Command) (Output, error)
	// Serve starts a server by its name, in a process of its own.
	Serve(ctx context.Context, name string) (url string, stop func() (Record, error), err error)
	// Tell says what is measured next.
	Tell(text string)
}

// Plan is how long and how hard it is measured.
type Plan struct {
	// Rate and Length are of the runs that are compared with the truth.
	Rate   float64
	Length time.Duration
	// CostRate and CostLength are of those that cost is measured in, and
	// ClosedLength of the closed ones. Each is repeated.
	CostRate                 float64
	CostLength, ClosedLength time.Duration
	Repetitions              int
}

// Full is the plan of docs/accuracy.md; its rates and lengths are those that
// the targets are stated for.
func Full() Plan {
	return Plan{
		Rate: 1000, Length: 10 * time.Second, CostRate: 4000, CostLength: 10 * time.Second,
		ClosedLength: 4 * time.Second, Repetitions: 5,
	}
}

// Glance is a plan to see that everything works. Its figures are worth nothing.
func Glance() Plan {
	return Plan{
		Rate: 200, Length: 2 * time.Second, CostRate: 500, CostLength: time.Second,
		ClosedLength: time.Second, Repetitions: 1,
	}
}

// Session measures a plan in a world.
type Session struct {
	Plan        Plan
	World       World
	Contestants []Contestant
}

// Measure runs every tool that is there against every server, in turn. A tool
// that fails is noted and the session goes on; only a server that cannot be had
// ends it, and the context.
func (s Session) Measure(ctx context.Context) (Figures, error) {
	f := Figures{Contestants: s.Contestants, Plan: s.Plan}
	for _, server := range Servers() {
		known, err := s.known(ctx, server)
		if err != nil {
			return f, err
		}
		f.Known = append(f.Known, known)
	}
	open := Load{Rate: s.Plan.CostRate, For: s.Plan.CostLength, Connections: connections, InFlight: connections}
	closed := Load{For: s.Plan.ClosedLength, Connections: connections}
	var err error
	if f.Closed, err = s.costs(ctx, closed, func(t Tool) bool { return !t.OpenOnly }); err != nil {
		return f, err
	}
	if f.Costs, err = s.costs(ctx, open, func(t Tool) bool { return t.Paces }); err != nil {
		return f, err
	}
	return f, s.idle(ctx, f.Costs)
}

// known measures a server's latencies with every tool.
func (s Session) known(ctx context.Context, server Server) (KnownFigures, error) {
	load := server.load(s.Plan.Rate, s.Plan.Length)
	load.Precise = true
	figures := KnownFigures{Server: server, Load: load}
	for _, c := range s.present() {
		s.World.Tell(fmt.Sprintf("%s at %g/s: %s", c.Name, load.Rate, server.Name))
		run, err := s.run(ctx, c.Tool, server, load)
		if err != nil {
			return figures, err
		}
		figures.Rows = append(figures.Rows, KnownRow{
			Tool: c.Name, Reading: run.reading, Truth: run.record.truth(server, load), Schedule: run.record.schedule(load),
			Asked: run.asked, Failed: run.failed,
		})
	}
	var err error
	figures.Bare, err = s.bare(ctx, load)
	return figures, err
}

// costs measures a load with the tools that can do it, in turn, each repetition
// beginning with another.
func (s Session) costs(ctx context.Context, load Load, can func(Tool) bool) ([]CostFigures, error) {
	var figures []CostFigures
	var tools []Tool
	for _, c := range s.present() {
		if can(c.Tool) {
			tools = append(tools, c.Tool)
			figures = append(figures, CostFigures{Tool: c.Name, Paces: c.Paces, Load: load})
		}
	}
	for repetition := range s.Plan.Repetitions {
		for k := range tools {
			i := (k + repetition) % len(tools)
			s.World.Tell(fmt.Sprintf("%s, %s, repetition %d of %d", tools[i].Name, loadName(load), repetition+1, s.Plan.Repetitions))
			run, err := s.run(ctx, tools[i], atOnce(), load)
			if err != nil {
				return figures, err
			}
			figures[i].Asked = run.asked
			if run.failed != "" {
				figures[i].Failed = run.failed
			} else {
				figures[i].Runs = append(figures[i].Runs, CostRun{Usage: run.usage, After: run.after, Schedule: run.record.schedule(load)})
			}
		}
	}
	return figures, nil
}

// idle measures what a tool costs before and after its load.
func (s Session) idle(ctx context.Context, costs []CostFigures) error {
	load := Load{Rate: 10, For: time.Second, Connections: 1, InFlight: 1}
	for i := range costs {
		for _, c := range s.present() {
			if c.Name != costs[i].Tool {
				continue
			}
			s.World.Tell(c.Name + ", next to nothing to do")
			run, err := s.run(ctx, c.Tool, atOnce(), load)
			if err != nil {
				return err
			}
			costs[i].Idle = run.usage.CPU
		}
	}
	return nil
}

// ran is one run of a tool.
type ran struct {
	asked   Command
	reading Reading
	usage   Usage
	after   time.Duration
	record  Record
	failed  string
}

// run gives a tool a load on a fresh server. What fails is the tool's, unless
// it is the server's or the context's.
func (s Session) run(ctx context.Context, t Tool, server Server, load Load) (r ran, err error) {
	request, err := message()
	if err != nil {
		return r, err
	}
	url, stop, err := s.World.Serve(ctx, server.Name)
	if err != nil {
		return r, fmt.Errorf("start server %q: %w", server.Name, err)
	}
	r.asked = t.ask(Job{Load: load, URL: url, Request: request})
	// A tool that does not end has not done what it was asked.
	bounded, cancel := context.WithTimeout(ctx, load.For+time.Minute)
	defer cancel()
	output, err := s.World.Run(bounded, append([]Command{r.asked}, t.after...))
	record, stopped := stop()
	if stopped != nil || ctx.Err() != nil {
		return r, errors.Join(ctx.Err(), stopped)
	}
	r.record = record
	if len(output.Usage) > 0 {
		r.usage = output.Usage[0]
	}
	if len(output.Usage) > 1 {
		r.after = output.Usage[1].CPU
	}
	if err == nil {
		r.reading, err = t.read(output)
	}
	if err != nil {
		r.failed = err.Error()
	}
	return r, nil
}

// present are the contestants that are there.
func (s Session) present() (out []Contestant) {
	for _, c := range s.Contestants {
		if c.Missing == "" {
			out = append(out, c)
		}
	}
	return out
}

func loadName(l Load) string {
	if l.Rate == 0 {
		return fmt.Sprintf("%d connections", l.Connections)
	}
	return fmt.Sprintf("%g/s", l.Rate)
}
