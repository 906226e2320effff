package accuracy

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// h2load has a rate for each connection. It prints no quantiles, so for those
// it is asked for its log.
func h2load(pkg string) Tool {
	return Tool{
		Name: "h2load", Package: pkg, Program: "h2load", Paces: true,
		ask: func(j Job) Command {
			args := []string{"--h1", "-t", "1", "-c", strconv.Itoa(j.Connections), "-D", fmt.Sprintf("%.0f", j.For.Seconds())}
			if j.Rate > 0 {
				args = append(args, fmt.Sprintf("--rps=%g", j.Rate/float64(j.Connections)))
			}
			if j.Precise {
				args = append(args, "--log-file=requests.log")
			}
			for _, field := range headerOf(j.Request) {
				args = append(args, "-H", strings.ToLower(field[0])+": "+field[1])
			}
			return Command{
				Program: "h2load", Args: append(args, "-d", "body.json", j.address()),
				Files: map[string]string{"body.json": string(j.Request.Body)},
			}
		},
		read: readH2load,
	}
}

// readH2load reads lines of when a request began, its status and how long it
// took in µs. Without a log there is the mean alone.
func readH2load(o Output) (Reading, error) {
	var r Reading
	log, err := o.Files.Open("requests.log")
	if err != nil {
		return readH2loadSummary(o.Text)
	}
	defer log.Close() //nolint:errcheck // only read
	var latencies []time.Duration
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 {
			return r, fmt.Errorf("h2load's log has the line %q", lines.Text())
		}
		us, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			return r, fmt.Errorf("read h2load's log: %w", err)
		}
		latencies = append(latencies, time.Duration(us)*time.Microsecond)
	}
	r.setAll(latencies)
	if lines.Err() != nil {
		return r, lines.Err()
	}
	return r, r.complete()
}

// readH2loadSummary reads "requests: 50 total, 50 started, 50 done, …".
func readH2loadSummary(text string) (Reading, error) {
	var r Reading
	for line := range strings.Lines(text) {
		var total, started int64
		if _, err := fmt.Sscanf(line, "requests: %d total, %d started, %d done,", &total, &started, &r.Requests); err == nil {
			return r, nil
		}
	}
	return r, fmt.Errorf("h2load printed no count of requests")
}
