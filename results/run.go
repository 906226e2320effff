// Package results is the run directory: what a run writes while it goes and
// what everything after it reads. run.json is the summary; hdr/*.hlog and
// intervals.ndjson hold the evidence it is computed from.
package results

import (
	"encoding/json"
	"time"
)

// Schema is the version of the run directory this package writes.
const Schema = 1

// Run is run.json: one run's environment, plan, figures, verdicts and notes.
// Durations are integer nanoseconds; shares are 0..1.
type Run struct {
	Schema      int         `json:"schema"`
	ID          string      `json:"id"`
	Scenario    ScenarioRef `json:"scenario"`
	Plan        PlanRef     `json:"plan"`
	Started     time.Time   `json:"started"`
	Ended       time.Time   `json:"ended"`
	Complete    bool        `json:"complete"`
	Environment Environment `json:"environment"`
	Generator   Generator   `json:"generator"`
	// Floor is the machine's, if it was calibrated before the run.
	Floor      *Floor             `json:"floor,omitempty"`
	Targets    map[string]*Target `json:"targets"`
	Comparison *Comparison        `json:"comparison,omitempty"`
	Gates      []Gate             `json:"gates"`
	Notes      []Note             `json:"notes"`
	// Shards are the runs that Merge made this one of.
	Shards []Shard `json:"shards,omitempty"`
}

// Shard is one of the runs that a merged run was made of.
type Shard struct {
	ID          string      `json:"id"`
	Started     time.Time   `json:"started"`
	Ended       time.Time   `json:"ended"`
	Complete    bool        `json:"complete"`
	Environment Environment `json:"environment"`
	Generator   Generator   `json:"generator"`
}

// ScenarioRef says which scenario a run was made from.
type ScenarioRef struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	SHA256      string `json:"sha256"`
}

// PlanRef says what the run was to do. Stages and Blocks let a report shade
// warm-up and label the time axis without the scenario's code.
type PlanRef struct {
	SHA256   string        `json:"sha256"`
	Seed     uint64        `json:"seed"`
	Planned  int64         `json:"planned"` // hits over all targets
	Duration time.Duration `json:"duration_ns"`
	Warmup   time.Duration `json:"warmup_ns"`
	// WarmupAuto left the length of warm-up to be found in the results; then
	// the first WarmupBlocks blocks are warm-up, whatever their tag in the logs.
	WarmupAuto   bool          `json:"warmup_auto,omitempty"`
	WarmupBlocks int           `json:"warmup_blocks,omitempty"`
	Block        time.Duration `json:"block_ns"` // length of one block of load time
	Arrivals     string        `json:"arrivals"` // uniform, poisson
	Order        string        `json:"order"`    // single, interleaved, sequential, parallel
	Base         string        `json:"base,omitempty"`
	Head         string        `json:"head,omitempty"`
	Stages       []Stage       `json:"stages"`
	Legs         []Leg         `json:"legs"`
	// Full is the whole plan, as `bench plan --json` prints it.
	Full json.RawMessage `json:"full,omitempty"`
}

// Stage is one stage of the load in load time, for axes and labels. Rates are
// per second and 0 for a closed stage.
type Stage struct {
	Label string        `json:"label"`
	From  time.Duration `json:"from_ns"`
	To    time.Duration `json:"to_ns"`
	Start float64       `json:"start_rate"`
	End   float64       `json:"end_rate"`
	// Users is the number of users of a closed stage, 0 for an open one.
	Users int `json:"users,omitempty"`
}

// Leg is a stretch of load time run on one target: legs in the order in which
// they ran. Start and End are since the run's start.
type Leg struct {
	Target string        `json:"target"`
	From   time.Duration `json:"from_ns"` // load time
	To     time.Duration `json:"to_ns"`
	Start  time.Duration `json:"start_ns"` // run time
	End    time.Duration `json:"end_ns"`
}

// Environment says where and with what the run was made.
type Environment struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	CPUs    int    `json:"cpus"`
	Host    string `json:"host"`
	Command string `json:"command,omitempty"`
	// BusyWait is of a run whose waits for due moments kept their CPU.
	BusyWait bool `json:"busy_wait,omitempty"`
}

// Verdicts of the generator about its own work.
const (
	Valid    = "valid"
	Degraded = "degraded"
	Invalid  = "invalid"
)

// Generator is the generator's judgement of itself.
type Generator struct {
	Verdict    string        `json:"verdict"` // valid, degraded, invalid
	Reasons    []string      `json:"reasons"`
	CPUShare   float64       `json:"cpu_share"` // of all CPUs, 0..1
	GCPauseMax time.Duration `json:"gc_pause_max_ns"`
	// SchedLatencyP99 is the runtime's own scheduling latency.
	SchedLatencyP99 time.Duration `json:"sched_latency_p99_ns"`
	// WriteBacklogMax is the most intervals that waited for the disk.
	WriteBacklogMax int `json:"write_backlog_max"`
	// RateError is by what share the rate of the arrivals differed from the
	// plan's: -0.01 is a hundredth too slow.
	RateError float64 `json:"rate_error"`
	// Descriptors of this process, and Ports of this machine, where most were
	// in use; of 0 where the system does not tell.
	Descriptors Use `json:"descriptors"`
	Ports       Use `json:"ports"`
}

// Use is how many of something were in use, of how many.
type Use struct {
	InUse int64 `json:"in_use"`
	Of    int64 `json:"of"`
}

// Target is what one target did.
type Target struct {
	API          string         `json:"api"`
	URL          string         `json:"url"`
	Fake         string         `json:"fake,omitempty"` // the profile, for a bundled fake
	Ops          map[string]*Op `json:"ops"`
	Webhook      *Webhook       `json:"webhook,omitempty"`
	Availability *Availability  `json:"availability,omitempty"`
	CostPerHour  string         `json:"cost_per_hour,omitempty"`
	CostPerMsg   string         `json:"cost_per_message,omitempty"`
	Logins       int64          `json:"logins,omitempty"`
	ConnsOpened  int64          `json:"connections_opened"`
	ConnsReused  int64          `json:"connections_reused"`
	FakeMetrics  map[string]any `json:"fake_metrics,omitempty"`
}

// Op is what became of one operation's requests. Planned = Sent + Dropped, and
// Sent = the sum of Outcomes; Warmup of Sent are excluded from the clocks and
// from Rate.
type Op struct {
	Planned  int64            `json:"planned"`
	Sent     int64            `json:"sent"`
	Dropped  int64            `json:"dropped"`
	Warmup   int64            `json:"warmup"`
	Outcomes map[string]int64 `json:"outcomes"`
	Codes    map[string]int64 `json:"codes"`
	// Measured are the outcomes outside warm-up: what rates and gates use.
	Measured map[string]int64 `json:"measured"`
	Rate     float64          `json:"rate"` // accepted per second outside warm-up
	Response *Latency         `json:"response,omitempty"`
	Service  *Latency         `json:"service,omitempty"`
	Lateness *Latency         `json:"lateness,omitempty"`
}

// Latency summarises one histogram. Quantiles are upper bounds of their HDR
// bucket (at most 0.1 % high). CI95 holds [low, high] by the quantile's key,
// for those that the number of samples can bound.
type Latency struct {
	Count int64                       `json:"count"`
	Min   time.Duration               `json:"min_ns"`
	Mean  time.Duration               `json:"mean_ns"`
	P50   time.Duration               `json:"p50_ns"`
	P90   time.Duration               `json:"p90_ns"`
	P95   time.Duration               `json:"p95_ns"`
	P99   time.Duration               `json:"p99_ns"`
	P999  time.Duration               `json:"p99_9_ns"`
	Max   time.Duration               `json:"max_ns"`
	CI95  map[string][2]time.Duration `json:"ci95"`
}

// Webhook counts what the status webhooks said of accepted messages. All
// latencies run from the message's due moment.
type Webhook struct {
	Expected     int64 `json:"expected"` // accepted messages
	Matched      int64 `json:"matched"`  // of those, with at least one status
	Lost         int64 `json:"lost"`     // of those, without any status when the wait ended
	Delivered    int64 `json:"delivered_count"`
	Failed       int64 `json:"failed_count"`
	Duplicates   int64 `json:"duplicates"`
	OutOfOrder   int64 `json:"out_of_order"`
	Conflicts    int64 `json:"conflicts"` // both delivered and failed
	Unknown      int64 `json:"unknown"`   // statuses of messages this run did not send
	BadSignature int64 `json:"bad_signature"`
	Malformed    int64 `json:"malformed"`
	// Codes counts the errors of failed messages.
	Codes         map[string]int64 `json:"codes"`
	SentLatency   *Latency         `json:"sent,omitempty"`
	DeliveredTime *Latency         `json:"delivered,omitempty"`
	ReadLatency   *Latency         `json:"read,omitempty"`
}

// Availability is ok / (ok + target_* + network), with its outages.
type Availability struct {
	Ratio   float64    `json:"ratio"`
	CI95    [2]float64 `json:"ci95"`
	Outages []Outage   `json:"outages"`
	// PlatformMinutesDown counts only outages of ten minutes and more, as the
	// platform's own availability does.
	PlatformMinutesDown float64 `json:"platform_minutes_down"`
}

// Outage is a stretch of run time in which the target failed.
type Outage struct {
	Start time.Duration `json:"start_ns"`
	End   time.Duration `json:"end_ns"`
	// Open is true if the run ended before the target recovered.
	Open bool `json:"open,omitempty"`
}

// Verdicts of a comparison. Lower is better for latencies and error rates.
const (
	Better = "better"
	Worse  = "worse"
	Same   = "same"
	Unsure = "unsure"
)

// Comparison says what differs between base and head.
type Comparison struct {
	Base   string  `json:"base"`
	Head   string  `json:"head"`
	Pairs  int     `json:"pairs"`
	Method string  `json:"method"`
	Deltas []Delta `json:"deltas"`
	Notes  []Note  `json:"notes,omitempty"`
}

// Delta is one metric of base and head. Latencies fill the _ns fields, shares
// and rates the plain ones. Ratio is head / base.
type Delta struct {
	Metric    string        `json:"metric"`
	BaseNS    time.Duration `json:"base_ns,omitempty"`
	HeadNS    time.Duration `json:"head_ns,omitempty"`
	BaseValue float64       `json:"base_value,omitempty"`
	HeadValue float64       `json:"head_value,omitempty"`
	Ratio     float64       `json:"ratio"`
	CI95      [2]float64    `json:"ci95"`
	Verdict   string        `json:"verdict"`
	Detail    string        `json:"detail,omitempty"`
}

// Verdicts of a gate.
const (
	Pass         = "pass"
	Fail         = "fail"
	Inconclusive = "inconclusive"
	// Invalid (above) is the fourth.
)

// Gate is one rule's verdict with its evidence in words.
type Gate struct {
	Rule     string `json:"rule"`
	Target   string `json:"target,omitempty"`
	Verdict  string `json:"verdict"`
	Observed string `json:"observed"`
	Detail   string `json:"detail"`
}

// Note is a warning about a run's worth, with advice.
type Note struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Advice string `json:"advice"`
}
