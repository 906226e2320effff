package scenarios

import (
	"time"

	"wabench/internal/strictyaml"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// Targets are the targets of a scenario in the order in which they are
// written.
type Targets []At[TargetSection]

// TargetSection is one target.
type TargetSection struct {
	name string
	key  strictyaml.Pos

	// API the target speaks.
	API At[apiName] `yaml:"api,required"`
	// Fake is a shipped profile of the fake platform or a profile file. Exactly one of fake and url is set.
	Fake At[string] `yaml:"fake"`
	// URL is the endpoint's base address; ${NAME} stands for an environment variable.
	URL At[string] `yaml:"url"`
	// Version of the Cloud API, as v24.0.
	Version At[string] `yaml:"version"`
	// PhoneNumberID of the sender (Cloud API).
	PhoneNumberID At[string] `yaml:"phone_number_id"`
	// WABAID is the sender's WhatsApp Business Account (Cloud API).
	WABAID At[string] `yaml:"waba_id"`
	// Token as ${NAME} or {file: PATH} (Cloud API).
	Token At[Secret] `yaml:"token"`
	// Username of the API user (On-Premises API).
	Username At[string] `yaml:"username"`
	// Password as ${NAME} or {file: PATH} (On-Premises API).
	Password At[Secret] `yaml:"password"`
	// Timeout of one request. Default 30s.
	Timeout At[time.Duration] `yaml:"timeout"`
	// MaxInFlight bounds the requests under way. Default 1000.
	MaxInFlight At[int] `yaml:"max_in_flight"`
	// Retry of failed sends; off by default, and every attempt is measured.
	Retry At[RetrySection] `yaml:"retry"`
	// HTTP2 is spoken if the TLS handshake says so (auto), always (on) or never (off).
	HTTP2 At[HTTP2] `yaml:"http2"`
	// TLS says which certificates to trust.
	TLS At[TLSSection] `yaml:"tls"`
	// Cost of the target; the report then says what a million messages cost.
	Cost At[CostSection] `yaml:"cost"`
}

// RetrySection says which sends are tried again.
type RetrySection struct {
	// On lists outcome classes and platform error codes.
	On At[RetryOn] `yaml:"on,required"`
	// Backoff is the wait before retry n, as 4^n s or 2s. Default 4^n s.
	Backoff At[Backoff] `yaml:"backoff"`
	// Max is the most attempts after the first. Default 5.
	Max At[int] `yaml:"max"`
}

// RetryOn are outcome classes and platform error codes.
type RetryOn struct {
	Classes []whatsapp.Class
	Codes   []int
}

// TLSSection says what to trust.
type TLSSection struct {
	// CA is a PEM file with certificates to trust besides the system's.
	CA At[string] `yaml:"ca"`
	// Insecure accepts any certificate.
	Insecure At[bool] `yaml:"insecure"`
}

// CostSection is what a target costs.
type CostSection struct {
	// PerHour is the cost of running the target, as 1.20 USD.
	PerHour At[units.Money] `yaml:"per_hour"`
	// PerMessage is the cost of one accepted message, as 0.005 USD.
	PerMessage At[units.Money] `yaml:"per_message"`
}

// apiName is a whatsapp.API in a scenario.
type apiName string

// Choices lists the APIs.
func (apiName) Choices() []string { return []string{string(whatsapp.Cloud), string(whatsapp.OnPrem)} }

// Choices lists the values of http2.
func (HTTP2) Choices() []string {
	return []string{string(HTTP2Auto), string(HTTP2On), string(HTTP2Off)}
}

// UnmarshalNode reads a mapping of targets and keeps its order.
func (t *Targets) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Kind != strictyaml.Map {
		d.Mismatch(n, "a mapping of targets by name")
		return
	}
	for _, f := range n.Fields {
		var target At[TargetSection]
		target.UnmarshalNode(d, f.Value)
		target.Value.name, target.Value.key = f.Key, f.Pos
		*t = append(*t, target)
	}
}

// named returns the target with the name, nil if there is none.
func (t Targets) named(name string) *TargetSection {
	for i := range t {
		if t[i].Value.name == name {
			return &t[i].Value
		}
	}
	return nil
}

func (t Targets) names() []string {
	names := make([]string, len(t))
	for i := range t {
		names[i] = t[i].Value.name
	}
	return names
}

// UnmarshalNode reads a list of classes and codes.
func (r *RetryOn) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Kind != strictyaml.List || len(n.Items) == 0 {
		d.Mismatch(n, "a list of outcomes, as [throttled, target_5xx, 131056]")
		return
	}
	for _, item := range n.Items {
		if item.Kind == strictyaml.Int {
			code := 0
			d.Decode(item, &code)
			r.Codes = append(r.Codes, code)
			continue
		}
		var class whatsapp.Class
		if err := class.UnmarshalText([]byte(item.Value)); err != nil || !retryable(class) {
			d.Problem(item.Pos, strictyaml.Suggest(item.Value, retryableNames()), "%q is neither an outcome to retry nor a code", item.Value)
			continue
		}
		r.Classes = append(r.Classes, class)
	}
}

// retryable reports whether trying again may help after the class: not after
// success or our own faults.
func retryable(c whatsapp.Class) bool { return c != whatsapp.OK && c != whatsapp.GeneratorFault }

func retryableNames() []string {
	var names []string
	for _, c := range whatsapp.Classes() {
		if retryable(c) {
			names = append(names, c.String())
		}
	}
	return names
}
