package accuracy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// BareWait is the program that does nothing but wait for a load's moments: what
// it is late by is this machine's doing, and no tool can be more punctual.
const BareWait = "wait"

// Bare waits for each moment of an even load and returns how late it was. The
// wait is given the moment.
func Bare(l Load, wait func(until time.Time)) Quantiles {
	late := make([]time.Duration, l.Planned())
	start := time.Now()
	for n := range late {
		due := start.Add(time.Duration(float64(n) / l.Rate * float64(time.Second)))
		wait(due)
		late[n] = max(time.Since(due), 0)
	}
	return quantilesOf(late)
}

// bare has the program wait.
func (s Session) bare(ctx context.Context, l Load) (q Quantiles, err error) {
	s.World.Tell(fmt.Sprintf("a bare wait at %g/s", l.Rate))
	output, err := s.World.Run(ctx, []Command{{Program: BareWait, Args: []string{BareWait, fmt.Sprint(l.Rate), l.For.String()}}})
	if err != nil {
		return q, err
	}
	if err := json.Unmarshal([]byte(output.Text), &q); err != nil {
		return q, fmt.Errorf("read the bare wait: %w", err)
	}
	return q, nil
}
