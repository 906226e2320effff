package accuracy

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// vegeta attacks, and then reports from what the attack has stored. What it
// costs is the attack.
func vegeta(module string) Tool {
	return Tool{
		Name: "vegeta", Module: module, Program: "vegeta", Paces: true,
		ask: func(j Job) Command {
			pace := []string{fmt.Sprintf("-rate=%g/s", j.Rate)}
			if j.Rate == 0 {
				pace = []string{"-rate=0", fmt.Sprintf("-max-workers=%d", j.Connections), fmt.Sprintf("-workers=%d", j.Connections)}
			}
			return Command{
				Program: "vegeta",
				Args:    append([]string{"attack"}, append(pace, "-duration="+j.For.String(), "-targets=targets", "-output=attack.bin")...),
				Files:   map[string]string{"targets": vegetaTargets(j), "body.json": string(j.Request.Body)},
			}
		},
		after: []Command{
			{Program: "vegeta", Args: []string{"report", "-type=json", "attack.bin"}},
			{Program: "vegeta", Args: []string{"report", "-type=hdrplot", "attack.bin"}},
		},
		read: readVegeta,
	}
}

func vegetaTargets(j Job) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", j.Request.Method, j.address())
	for _, field := range headerOf(j.Request) {
		fmt.Fprintf(&b, "%s: %s\n", field[0], field[1])
	}
	b.WriteString("@body.json\n")
	return b.String()
}

// readVegeta reads a line of JSON, and then lines of value in ms, quantile,
// count up to it and 1/(1-quantile), the only ones that go beyond p99.
func readVegeta(o Output) (Reading, error) {
	first, plot, _ := strings.Cut(o.Text, "\n")
	var report struct {
		Requests  int64          `json:"requests"`
		Latencies map[string]any `json:"latencies"`
	}
	if err := json.Unmarshal([]byte(first), &report); err != nil {
		return Reading{}, fmt.Errorf("read vegeta's report: %w", err)
	}
	r := Reading{Requests: report.Requests}
	for i, name := range []string{"50th", "90th", "99th"} {
		ns, _ := report.Latencies[name].(float64)
		r.Quantiles[i] = time.Duration(ns)
	}
	last := len(Ranks) - 1
	for line := range strings.Lines(plot) {
		fields := strings.Fields(line)
		if len(fields) != 4 || fields[0] == "Value(ms)" {
			continue
		}
		value, err := milliseconds(fields[0])
		q, err2 := strconv.ParseFloat(fields[1], 64)
		if err := errors.Join(err, err2); err != nil {
			return r, fmt.Errorf("read vegeta's line %q: %w", line, err)
		}
		if q >= Ranks[last].Q { // its own steps do not meet it exactly
			r.Quantiles[last] = value
			break
		}
	}
	return r, r.complete()
}

// milliseconds reads a number of them.
func milliseconds(text string) (time.Duration, error) {
	ms, err := strconv.ParseFloat(text, 64)
	return time.Duration(math.Round(ms * float64(time.Millisecond))), err
}
