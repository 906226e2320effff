package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wabench/internal/hist"
	"wabench/results"
)

// Side is one side of a comparison: a target of a run.
type Side struct {
	Record *results.Record
	Target string
	// Name is what the comparison calls the side; by default the target, and
	// RUN#TARGET where the sides are of different runs.
	Name string
}

// target finds the side's target.
func (s Side) target() (*results.Target, error) {
	if s.Record == nil {
		return nil, fmt.Errorf("no run to look for target %s in", s.Target)
	}
	if t := s.Record.Run.Targets[s.Target]; t != nil {
		return t, nil
	}
	names := slices.Sorted(maps.Keys(s.Record.Run.Targets))
	return nil, fmt.Errorf("the run has no target %s, only %s", s.Target, strings.Join(names, ", "))
}

// op is the summary of an operation; nil if the side has none.
func (s Side) op(name string) *results.Op {
	if t := s.Record.Run.Targets[s.Target]; t != nil {
		return t.Ops[name]
	}
	return nil
}

// is reports whether both sides are the same target of the same run, so that
// nothing can differ.
func (s Side) is(other Side) bool {
	id := s.Record.Run.ID
	same := s.Record == other.Record || id != "" && id == other.Record.Run.ID
	return same && s.Target == other.Target
}

// latency is the summary of a series in run.json; nil if there is none.
func (s Side) latency(series string) *results.Latency {
	t := s.Record.Run.Targets[s.Target]
	if t == nil {
		return nil
	}
	op, clock, _ := strings.Cut(series, ".")
	if op == results.OpWebhook && t.Webhook != nil {
		return map[string]*results.Latency{
			"sent": t.Webhook.SentLatency, "delivered": t.Webhook.DeliveredTime, "read": t.Webhook.ReadLatency,
		}[clock]
	}
	if o := t.Ops[op]; o != nil {
		return map[string]*results.Latency{
			"response": o.Response, "service": o.Service, "lateness": o.Lateness,
		}[clock]
	}
	return nil
}

// has reports whether the side has samples of a series.
func (s Side) has(series string) (bool, error) {
	if s.latency(series) != nil {
		return true, nil
	}
	blocks, err := s.Record.Blocks(s.Target, series)
	return anySamples(blocks), err
}

func anySamples(blocks []*hist.Histogram) bool {
	return slices.ContainsFunc(blocks, holdsSamples)
}

func holdsSamples(h *hist.Histogram) bool { return h != nil && h.Count() > 0 }
