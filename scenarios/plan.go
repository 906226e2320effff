package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"wabench/internal/gate"
	"wabench/internal/pace"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// Plan is a scenario with nothing left open: two runs of one plan send the
// same requests at the same load times. A plan is read-only. As JSON it holds
// secrets by reference only, and reads back as the same plan.
type Plan struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Seed keys every draw: the mix, the fields of messages, Poisson arrivals,
	// the order of blocks and the fakes.
	Seed uint64 `json:"seed"`
	// Targets are in the order in which they are written.
	Targets    []Target      `json:"targets"`
	Recipients Recipients    `json:"recipients"`
	Messages   []MessageSpec `json:"messages"`

	Arrivals pace.Arrivals `json:"arrivals"`
	Stages   []pace.Stage  `json:"stages"`
	// Warmup is the load time at the start that is excluded from every figure.
	// WarmupAuto leaves its end to be found in the results.
	Warmup     time.Duration `json:"warmup_ns"`
	WarmupAuto bool          `json:"warmup_auto,omitempty"`
	// Until goes on until an interval is narrow enough; nil ends with the
	// stages.
	Until *Until `json:"until,omitempty"`
	// Block is the length of one block of load time after warm-up.
	Block time.Duration `json:"block_ns"`

	Webhooks *Webhooks   `json:"webhooks,omitempty"`
	Faults   []Fault     `json:"faults,omitempty"`
	Compare  *Compare    `json:"compare,omitempty"`
	Gates    []gate.Rule `json:"gates,omitempty"`
	Limits   Limits      `json:"limits"`
	Real     *Real       `json:"real,omitempty"`

	mix *mix
}

// Target is one endpoint under test.
type Target struct {
	Name string       `json:"name"`
	API  whatsapp.API `json:"api"`
	// URL is the endpoint's base address, empty for a fake.
	URL string `json:"url,omitempty"`
	// Fake is a shipped profile of the fake platform, or the name of a profile
	// file, whose text is FakeProfile.
	Fake        string `json:"fake,omitempty"`
	FakeProfile string `json:"fake_profile,omitempty"`
	// Version, PhoneNumberID, WABAID and Token belong to the Cloud API. A fake
	// for which the ids are empty has its own.
	Version       string  `json:"version,omitempty"`
	PhoneNumberID string  `json:"phone_number_id,omitempty"`
	WABAID        string  `json:"waba_id,omitempty"`
	Token         *Secret `json:"token,omitempty"`
	// Username and Password belong to the On-Premises API.
	Username string  `json:"username,omitempty"`
	Password *Secret `json:"password,omitempty"`

	Timeout     time.Duration `json:"timeout_ns"`
	MaxInFlight int           `json:"max_in_flight"`
	Retry       *Retry        `json:"retry,omitempty"`
	HTTP2       HTTP2         `json:"http2"`
	TLS         *TLS          `json:"tls,omitempty"`
	Cost        *Cost         `json:"cost,omitempty"`
}

// HTTP2 says whether a target is spoken to in HTTP/2.
type HTTP2 string

// The choices of HTTP2.
const (
	HTTP2Auto HTTP2 = "auto" // as the TLS handshake decides
	HTTP2On   HTTP2 = "on"   // always; without TLS by prior knowledge
	HTTP2Off  HTTP2 = "off"
)

// TLS says what to trust.
type TLS struct {
	// CA are certificates to trust besides the system's, in PEM.
	CA string `json:"ca,omitempty"`
	// Insecure accepts any certificate.
	Insecure bool `json:"insecure,omitempty"`
}

// Cost is what a target costs to run and per message; either may be nil.
type Cost struct {
	PerHour    *units.Money `json:"per_hour,omitempty"`
	PerMessage *units.Money `json:"per_message,omitempty"`
}

// Until is a wish for evidence: go on until the interval of the quantile Q of
// send's response clock is at most Within of its value to each side; or, with
// Gates, until every gate that can be decided under way is.
type Until struct {
	Q      float64       `json:"q,omitzero"`
	Within units.Percent `json:"within,omitzero"`
	Gates  bool          `json:"gates,omitzero"`
}

// Webhooks is the receiver of status webhooks.
type Webhooks struct {
	// Listen is the address to listen on; port 0 is any free one.
	Listen string `json:"listen"`
	// PublicURL is where the platform reaches Listen, empty for fakes.
	PublicURL string `json:"public_url,omitempty"`
	// Wait is how long to wait for statuses after the last message.
	Wait time.Duration `json:"wait_ns"`
	// Secret is the app secret that signs the Cloud API's webhooks.
	Secret *Secret `json:"secret,omitempty"`
	// AnswerLatency and AnswerFail are how the receiver behaves itself: how
	// long it takes to answer and how often it answers 500.
	AnswerLatency time.Duration `json:"answer_latency_ns,omitempty"`
	AnswerFail    units.Percent `json:"answer_fail,omitempty"`
}

// Fault is one misbehaviour of a fake.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// On is the target; its fake must be a bundled one.
	On string `json:"on"`
	// At is the load time of the target at which the fault begins and For how
	// long it lasts; 0 is until the target's last leg ends.
	At  time.Duration `json:"at_ns"`
	For time.Duration `json:"for_ns,omitempty"`
	// Factor belongs to slow, Code to errors, Share to errors,
	// delivered_and_failed and undelivered, Shard to shard_down, API to
	// migrate.
	Factor float64       `json:"factor,omitempty"`
	Code   int           `json:"code,omitempty"`
	Share  units.Percent `json:"share,omitempty"`
	Shard  int           `json:"shard,omitempty"`
	API    whatsapp.API  `json:"to,omitempty"`
}

// Order is how the targets of a comparison take turns.
type Order string

// The orders. Single is a plan with one target; several targets without a
// compare section run as Sequential.
const (
	Single      Order = "single"
	Interleaved Order = "interleaved"
	Sequential  Order = "sequential"
	Parallel    Order = "parallel"
)

// Compare names the two targets to compare.
type Compare struct {
	Base  string `json:"base"`
	Head  string `json:"head"`
	Order Order  `json:"order"`
}

// Limits end or refuse a run. Zero values and nil set no limit.
type Limits struct {
	MaxMessages int64         `json:"max_messages,omitempty"`
	MaxCost     *units.Money  `json:"max_cost,omitempty"`
	MaxDuration time.Duration `json:"max_duration_ns,omitempty"`
}

// Real says that a scenario may send to a real platform, and to whom.
type Real struct {
	AllowedRecipients []string `json:"allowed_recipients,omitempty"`
	LoadTestNumber    bool     `json:"load_test_number,omitempty"`
}

// New returns a plan made by hand, ready for use. Resolve makes plans of
// scenarios.
func New(p Plan) (*Plan, error) {
	mix, err := newMix(&p)
	if err != nil {
		return nil, err
	}
	p.mix = mix
	return &p, nil
}

// Target returns the target with the name, nil if there is none.
func (p *Plan) Target(name string) *Target {
	for i := range p.Targets {
		if p.Targets[i].Name == name {
			return &p.Targets[i]
		}
	}
	return nil
}

// Order returns how the plan's targets take turns.
func (p *Plan) Order() Order {
	switch {
	case p.Compare != nil:
		return p.Compare.Order
	case len(p.Targets) > 1:
		return Sequential
	default:
		return Single
	}
}

// Length returns the load time of the plan: what one target runs.
func (p *Plan) Length() time.Duration {
	var total time.Duration
	for _, s := range p.Stages {
		total += s.Length()
	}
	return total
}

// BlockAt returns the number of the block that a load time falls into, -1 in
// warm-up.
func (p *Plan) BlockAt(at time.Duration) int {
	if at < p.Warmup {
		return -1
	}
	return int((at - p.Warmup) / p.Block)
}

// Schedule returns when each arrival of one target is due, in load time.
func (p *Plan) Schedule() (pace.Schedule, error) {
	return pace.New(p.Stages, p.Arrivals, p.Seed)
}

// SHA256 returns the plan's fingerprint: plans with the same one send the same
// requests.
func (p *Plan) SHA256() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(fmt.Sprintf("scenarios: plan is not JSON: %v", err)) // made of plain values only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// UnmarshalJSON reads a plan that was written as JSON, so that another process
// can run it.
func (p *Plan) UnmarshalJSON(text []byte) error {
	type plain Plan
	if err := json.Unmarshal(text, (*plain)(p)); err != nil {
		return fmt.Errorf("read plan: %w", err)
	}
	for i := range p.Messages {
		p.Messages[i].plain()
	}
	done, err := New(*p)
	if err != nil {
		return fmt.Errorf("read plan: %w", err)
	}
	*p = *done
	return nil
}
