package accuracy

import (
	"fmt"
	"io/fs"
	"strings"

	"wabench/internal/units"
	"wabench/results"
)

// ownName and busyName are this project's own command, and the same as it keeps a CPU
// while it waits.
const ownName, busyName = "bench", "bench --busy-wait"

// bench is this project's own command. Its gates are none, so that it exits 0,
// or 5 where it finds that its own run is invalid.
func bench(flags ...string) Tool {
	return Tool{
		Name: ownName, Program: "bench", Paces: true,
		ask: func(j Job) Command {
			return Command{
				Program: "bench", Args: append([]string{"run", "scenario.yaml", "--quiet", "--out", "runs"}, flags...),
				Env: []string{"TOKEN=" + token}, Files: map[string]string{"scenario.yaml": scenario(j)}, Codes: []int{5},
			}
		},
		read: readBench,
	}
}

func busyBench() Tool {
	t := bench("--busy-wait")
	t.Name, t.OpenOnly = busyName, true
	return t
}

// scenario is the load in bench's words.
func scenario(j Job) string {
	stage := fmt.Sprintf("{hold: %v, for: %v}", units.Rate(j.Rate), j.For)
	if j.Rate == 0 {
		stage = fmt.Sprintf("{closed: {users: %d, think: 0s}, for: %v}", j.Connections, j.For)
	}
	return fmt.Sprintf(`version: 1
name: accuracy
targets:
  server: {api: cloud, url: "%s", version: %s, phone_number_id: "%s", token: "${TOKEN}"}
recipients: {list: ["%s"]}
messages:
  - {text: "%s"}
load:
  stages:
    - %s
`, j.URL, graph, number, recipient, text, stage)
}

// readBench reads the response, what a customer waits; a closed load has only
// the service.
func readBench(o Output) (Reading, error) {
	run, err := latestRun(o.Files)
	if err != nil {
		return Reading{}, err
	}
	target := run.Targets["server"]
	if target == nil || target.Ops["send"] == nil {
		return Reading{}, fmt.Errorf("%s has no sends", results.FileRun)
	}
	send := target.Ops["send"]
	r := Reading{Requests: send.Sent, Planned: send.Planned, Dropped: send.Dropped}
	if send.Response != nil {
		r.Quantiles = ofLatency(send.Response)
	} else if send.Service != nil {
		r.Quantiles = ofLatency(send.Service)
	}
	if send.Lateness != nil {
		r.Lateness = ofLatency(send.Lateness)
	}
	if v := run.Generator.Verdict; v != results.Valid {
		r.Remark = "calls its own run " + v + ": " + strings.Join(run.Generator.Reasons, "; ")
	}
	return r, nil
}

// latestRun reads what the newest run under runs says of itself.
func latestRun(files fs.FS) (results.Run, error) {
	content, err := fs.ReadFile(files, "runs/latest/"+results.FileRun)
	if err != nil {
		return results.Run{}, err
	}
	return results.DecodeRun(content)
}

func ofLatency(l *results.Latency) Quantiles { return Quantiles{l.P50, l.P90, l.P99, l.P999} }
