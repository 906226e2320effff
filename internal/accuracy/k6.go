package accuracy

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"time"
)

// k6 runs a script. Its constant-arrival-rate needs its users allocated
// beforehand: as many as the load has in flight at most.
func k6(module string) Tool {
	return Tool{
		Name: "k6", Module: module, Program: "k6", Paces: true,
		ask: func(j Job) Command {
			return Command{
				Program: "k6", Args: []string{"run", "--quiet", "--no-usage-report", "--summary-export=summary.json", "script.js"},
				// It would look for extensions on the network.
				Env: []string{"K6_AUTO_EXTENSION_RESOLUTION=false"}, Files: map[string]string{"script.js": k6Script(j)},
			}
		},
		read: readK6,
	}
}

func k6Script(j Job) string {
	executor := fmt.Sprintf("executor: 'constant-arrival-rate', rate: %g, timeUnit: '1s', duration: '%v', preAllocatedVUs: %d, maxVUs: %d",
		j.Rate, j.For, j.InFlight, 2*j.InFlight)
	if j.Rate == 0 {
		executor = fmt.Sprintf("executor: 'constant-vus', vus: %d, duration: '%v'", j.Connections, j.For)
	}
	header := map[string]string{}
	for _, field := range headerOf(j.Request) {
		header[field[0]] = field[1]
	}
	return fmt.Sprintf(`import http from 'k6/http';
export const options = {
  summaryTrendStats: ['p(50)', 'p(90)', 'p(99)', 'p(99.9)'],
  scenarios: { load: { %s, gracefulStop: '5s' } },
};
const body = %s;
const params = { headers: %s };
export default function () { http.post(%s, body, params); }
`, executor, quoted(string(j.Request.Body)), quoted(header), quoted(j.address()))
}

// quoted is a value as JavaScript has it, which is as JSON has it.
func quoted(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // strings and maps of strings can be marshalled
		panic(err)
	}
	return string(text)
}

// readK6 reads http_req_duration: from sending to the end of the answer.
func readK6(o Output) (Reading, error) {
	content, err := fs.ReadFile(o.Files, "summary.json")
	if err != nil {
		return Reading{}, err
	}
	var summary struct {
		Metrics map[string]map[string]any `json:"metrics"`
	}
	if err := json.Unmarshal(content, &summary); err != nil {
		return Reading{}, fmt.Errorf("read k6's summary: %w", err)
	}
	number := func(metric, name string) float64 {
		v, _ := summary.Metrics[metric][name].(float64)
		return v
	}
	r := Reading{Requests: int64(number("http_reqs", "count")), Dropped: int64(number("dropped_iterations", "count"))}
	if r.Dropped > 0 {
		r.Remark = fmt.Sprintf("dropped %d iterations", r.Dropped)
	}
	for i, name := range []string{"p(50)", "p(90)", "p(99)", "p(99.9)"} {
		r.Quantiles[i] = time.Duration(number("http_req_duration", name) * float64(time.Millisecond))
	}
	return r, r.complete()
}
