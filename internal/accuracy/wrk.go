package accuracy

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// wrk is closed: it has no rate. Its script prints the quantiles.
func wrk(pkg string) Tool {
	return Tool{
		Name: "wrk", Package: pkg, Program: "wrk",
		ask: func(j Job) Command {
			users := j.users()
			return Command{
				Program: "wrk", Args: []string{
					"-t", strconv.Itoa(min(2, users)), "-c", strconv.Itoa(users), "-d", fmt.Sprintf("%.0fs", j.For.Seconds()),
					"-s", "script.lua", j.address(),
				},
				Files: map[string]string{"script.lua": wrkScript(j)},
			}
		},
		read: readWrk,
	}
}

// users is how many connections a tool without a rate is given.
func (j Job) users() int {
	if j.Rate == 0 {
		return j.Connections
	}
	return j.Users
}

func wrkScript(j Job) string {
	var b strings.Builder
	fmt.Fprintf(&b, "wrk.method = %q\nwrk.body = %s\n", j.Request.Method, quoted(string(j.Request.Body)))
	for _, field := range headerOf(j.Request) {
		fmt.Fprintf(&b, "wrk.headers[%q] = %q\n", field[0], field[1])
	}
	b.WriteString(`done = function(summary, latency, requests)
  io.write(string.format("requests %d\n", summary.requests))
  for _, p in pairs({50, 90, 99, 99.9}) do
    io.write(string.format("quantile %g %d us\n", p, latency:percentile(p)))
  end
end
`)
	return b.String()
}

// readWrk reads what the script has printed.
func readWrk(o Output) (Reading, error) {
	var r Reading
	for line := range strings.Lines(o.Text) {
		var percent float64
		var us int64
		if _, err := fmt.Sscanf(line, "quantile %g %d us", &percent, &us); err == nil {
			r.set(percent/100, time.Duration(us)*time.Microsecond)
		}
		_, _ = fmt.Sscanf(line, "requests %d", &r.Requests) // no other line begins so
	}
	return r, r.complete()
}
