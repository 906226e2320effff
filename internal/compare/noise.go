package compare

import (
	"strings"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Noise is what the generator itself may have added to a latency on one side
// and not on the other. A smaller difference is not called one.
type Noise struct {
	Least time.Duration
	// Source is what Least is three times of.
	Source string
}

// The sources of Noise.
const (
	ofLateness = "the generator's own lateness"
	ofFloor    = "the tool floor"
)

// String is the noise in words: three times the tool floor, 1.2ms.
func (n Noise) String() string {
	return "three times " + n.Source + " (" + units.FormatDuration(n.Least) + ")"
}

// NoiseOf is the noise at quantile q of a series: three times the lateness of
// the runs at that quantile, or three times the floor of the machines that they
// were made on, whichever is more.
func NoiseOf(base, head Side, series string, q float64) Noise {
	op, _, _ := strings.Cut(series, ".")
	if op == results.OpWebhook {
		op = string(whatsapp.OpSend)
	}
	n := Noise{Source: ofLateness}
	for _, s := range []Side{base, head} {
		if summary := s.op(op); summary != nil && summary.Lateness != nil {
			n.raise(latenessFactor*latenessAt(summary.Lateness, q), ofLateness)
		}
		n.raise(s.Record.Run.Floor.Resolution(q), ofFloor)
	}
	return n
}

func (n *Noise) raise(to time.Duration, source string) {
	if to > n.Least {
		n.Least, n.Source = to, source
	}
}

// latenessAt is the lateness at the first stored quantile that is no lower.
func latenessAt(l *results.Latency, q float64) time.Duration {
	switch {
	case q <= 0.5:
		return l.P50
	case q <= 0.9:
		return l.P90
	case q <= 0.95:
		return l.P95
	case q <= 0.99:
		return l.P99
	}
	return l.P999
}
