package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Bounds on what a run directory may say, so that a damaged or hostile one can
// neither overflow a sum nor make a reader loop or allocate without end.
const (
	maxTime   = 1_000_000_000 * time.Second // 31 years; interval logs have the same bound
	maxCount  = int64(1) << 53              // exact in every JSON reader
	maxBlocks = 100_000
)

// DecodeRun reads run.json and migrates it to the present schema. Errors name
// the line.
func DecodeRun(text []byte) (Run, error) {
	var run Run
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return run, jsonError(text, err)
	}
	if head.Schema < 1 || head.Schema > Schema {
		return run, fmt.Errorf("%s: schema %d is not one this version reads (1 to %d)", FileRun, head.Schema, Schema)
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return Run{}, jsonError(text, err)
	}
	if err := run.check(); err != nil {
		return Run{}, fmt.Errorf("%s: %w", FileRun, err)
	}
	run.fill()
	return run, nil
}

// jsonError says in which line of run.json a mistake is.
func jsonError(text []byte, err error) error {
	var offset int64
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	} else if value, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = value.Offset
	} else {
		return fmt.Errorf("%s: %w", FileRun, err)
	}
	before := text[:min(max(offset, 0), int64(len(text)))]
	return fmt.Errorf("%s:%d: %w", FileRun, bytes.Count(before, []byte("\n"))+1, err)
}

// check refuses what no run can have written.
func (r *Run) check() error {
	for name, target := range r.Targets {
		if target == nil {
			return fmt.Errorf("target %s is null", name)
		}
		for op, counts := range target.Ops {
			if counts == nil {
				return fmt.Errorf("operation %s of target %s is null", op, name)
			}
		}
	}
	return r.Plan.check()
}

func (p *PlanRef) check() error {
	if err := checkTimes("plan", 0, p.Warmup, p.Block, p.Duration); err != nil {
		return err
	}
	if p.Block > 0 && p.Duration/p.Block >= maxBlocks {
		return fmt.Errorf("plan: blocks of %v in %v are more than %d", p.Block, p.Duration, maxBlocks)
	}
	for i, s := range p.Stages {
		if err := errors.Join(checkTimes("stage", i, s.From, s.To), checkSpan("stage", i, s.From, s.To)); err != nil {
			return err
		}
	}
	for i, l := range p.Legs {
		err := errors.Join(checkTimes("leg", i, l.From, l.To, l.Start, l.End), checkSpan("leg", i, l.From, l.To))
		if err != nil {
			return err
		}
	}
	return nil
}

// checkTimes refuses moments outside any run.
func checkTimes(what string, i int, times ...time.Duration) error {
	for _, at := range times {
		if at < 0 || at > maxTime {
			return fmt.Errorf("%s %d: %d ns lies outside any run", what, i, at)
		}
	}
	return nil
}

// checkSpan refuses what ends before it begins.
func checkSpan(what string, i int, from, to time.Duration) error {
	if to < from {
		return fmt.Errorf("%s %d ends before it begins", what, i)
	}
	return nil
}

// check refuses a point that no run can have written.
func (p *Point) check() error {
	for _, at := range []time.Duration{p.Start, p.End, p.Load, p.P50, p.P95, p.P99, p.Max} {
		if at < 0 || at > maxTime {
			return fmt.Errorf("%d ns lies outside any run", at)
		}
	}
	if p.End < p.Start {
		return errors.New("interval ends before it begins")
	}
	if p.Block < WarmupBlock || p.Block >= maxBlocks {
		return fmt.Errorf("block %d is not one of a run", p.Block)
	}
	for _, n := range []int64{p.Planned, p.Sent, p.Dropped, p.InFlight} {
		if n < 0 || n > maxCount {
			return fmt.Errorf("%d is not a count", n)
		}
	}
	return errors.Join(checkCounts(p.Outcomes), checkCounts(p.Codes), checkCounts(p.Statuses))
}

func checkCounts(counts map[string]int64) error {
	for key, n := range counts {
		if n < 0 || n > maxCount {
			return fmt.Errorf("%s: %d is not a count", key, n)
		}
	}
	return nil
}

// check refuses an event outside any run.
func (e *Event) check() error {
	if e.At.Abs() > maxTime || e.End.Abs() > maxTime {
		return fmt.Errorf("%d ns to %d ns lies outside any run", e.At, e.End)
	}
	return nil
}
