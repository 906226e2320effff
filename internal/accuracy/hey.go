package accuracy

import (
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// hey has a rate for each worker, who waits for the answer before it sends
// again. Its own summary ends at p99, so for quantiles it is asked for every
// latency.
func hey(module string) Tool {
	return Tool{
		Name: "hey", Module: module, Program: "hey", Paces: true,
		ask: func(j Job) Command {
			args := []string{"-z", j.For.String(), "-c", strconv.Itoa(j.Connections), "-m", j.Request.Method}
			if j.Rate > 0 {
				args = append(args, "-q", fmt.Sprintf("%g", j.Rate/float64(j.Connections)))
			}
			if j.Precise {
				args = append(args, "-o", "csv")
			}
			for _, field := range headerOf(j.Request) {
				args = append(args, heyHeader(field)...)
			}
			return Command{
				Program: "hey", Args: append(args, "-D", "body.json", j.address()),
				Files: map[string]string{"body.json": string(j.Request.Body)},
			}
		},
		read: readHey,
	}
}

// heyHeader is a header field as hey takes it.
func heyHeader(field [2]string) []string {
	if field[0] == "Content-Type" {
		return []string{"-T", field[1]}
	}
	return []string{"-H", field[0] + ": " + field[1]}
}

// readHey reads the latencies it has listed, or else its summary.
func readHey(o Output) (Reading, error) {
	var r Reading
	if !strings.HasPrefix(o.Text, "response-time,") {
		return readHeySummary(o.Text)
	}
	rows, err := csv.NewReader(strings.NewReader(o.Text)).ReadAll()
	if err != nil {
		return r, fmt.Errorf("read hey's list: %w", err)
	}
	var latencies []time.Duration
	for _, row := range rows[1:] {
		latency, err := seconds(row[0])
		if err != nil {
			return r, fmt.Errorf("read hey's list: %w", err)
		}
		latencies = append(latencies, latency)
	}
	r.setAll(latencies)
	return r, r.complete()
}

// readHeySummary reads lines like "  50%% in 0.0011 secs" and the counts of its
// status codes, "  [200]	5000 responses".
func readHeySummary(text string) (Reading, error) {
	var r Reading
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 4 && fields[1] == "in" && fields[3] == "secs":
			percent, err := strconv.ParseFloat(strings.TrimRight(fields[0], "%"), 64)
			if err != nil {
				return r, fmt.Errorf("read hey's line %q: %w", line, err)
			}
			value, err := seconds(fields[2])
			if err != nil {
				return r, fmt.Errorf("read hey's line %q: %w", line, err)
			}
			r.set(percent/100, value)
		case len(fields) == 3 && strings.HasPrefix(fields[0], "[") && fields[2] == "responses":
			count, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return r, fmt.Errorf("read hey's line %q: %w", line, err)
			}
			r.Requests += count
		}
	}
	return r, r.complete()
}

// seconds reads a number of them.
func seconds(text string) (time.Duration, error) {
	s, err := strconv.ParseFloat(text, 64)
	return time.Duration(math.Round(s * float64(time.Second))), err
}
