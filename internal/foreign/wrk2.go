package foreign

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// The lines of wrk2's text that say what happened.
var (
	wrk2Row     = regexp.MustCompile(`^\s*([\d.]+)\s+([01]\.\d+)\s+(\d+)\s+([\d.]+|inf)\s*$`)
	wrk2Total   = regexp.MustCompile(`^\s*(\d+) requests in ([\d.]+)(us|ms|s|m|h),`)
	wrk2Sockets = regexp.MustCompile(`^\s*Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)`)
	wrk2Refused = regexp.MustCompile(`^\s*Non-2xx or 3xx responses: (\d+)`)
)

// spectrum collects what wrk2 printed.
type spectrum struct {
	seen    int64 // samples of the rows so far
	rows    int
	length  time.Duration
	refused int64
}

// readWrk2 reads the detailed percentile spectrum of wrk2 --latency. Each row
// says how many requests took no longer than a value; wrk2 measures from the
// due moment. Requests that were refused are in it, and nothing tells which.
func readWrk2(r io.Reader, yield func(Hit)) (facts, error) {
	var s spectrum
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	within := false
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.Contains(line, "Detailed Percentile spectrum"):
			// A second one is of uncorrected latencies (--u_latency).
			within = s.rows == 0
		case strings.HasPrefix(strings.TrimSpace(line), "#["):
			within = false
		default:
			if err := s.line(line, within, yield); err != nil {
				return facts{}, err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return facts{}, err
	}
	if s.rows == 0 {
		return facts{}, errors.New("no detailed percentile spectrum: run wrk2 with --latency")
	}
	f := facts{length: s.length, onlyResponse: true, onlyTotal: true, notes: []results.Note{{
		Code:   "no_service_time",
		Text:   "wrk2 measures from the due moment (response); when requests were sent is not known.",
		Advice: "do not read its latencies as the target's own",
	}}}
	if s.refused > 0 {
		f.notes = append(f.notes, results.Note{
			Code:   "failures_in_latency",
			Text:   fmt.Sprintf("%d answers were neither 2xx nor 3xx; their latencies are among the others, and all count as ok here.", s.refused),
			Advice: "judge errors by another tool's results",
		})
	}
	return f, nil
}

func (s *spectrum) line(line string, within bool, yield func(Hit)) error {
	if m := wrk2Row.FindStringSubmatch(line); m != nil && within {
		value, err1 := strconv.ParseFloat(m[1], 64)
		total, err2 := strconv.ParseInt(m[3], 10, 64)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		if total > s.seen {
			yield(Hit{Took: milliseconds(value), Lateness: unknown, Class: whatsapp.OK, Count: total - s.seen})
		}
		s.seen, s.rows = max(s.seen, total), s.rows+1
	}
	if m := wrk2Total.FindStringSubmatch(line); m != nil {
		length, err := time.ParseDuration(m[2] + m[3])
		if err != nil {
			return err
		}
		s.length = length
	}
	if m := wrk2Refused.FindStringSubmatch(line); m != nil {
		s.refused, _ = strconv.ParseInt(m[1], 10, 64)
	}
	if m := wrk2Sockets.FindStringSubmatch(line); m != nil {
		for i, class := range []whatsapp.Class{whatsapp.Network, whatsapp.TargetReset, whatsapp.TargetReset, whatsapp.TargetTimeout} {
			if n, _ := strconv.ParseInt(m[i+1], 10, 64); n > 0 {
				yield(Hit{Took: -1, Lateness: unknown, Class: class, Count: n})
			}
		}
	}
	return nil
}
