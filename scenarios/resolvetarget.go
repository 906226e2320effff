package scenarios

import (
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

// What a target has if the scenario is silent.
const (
	defaultTimeout     = 30 * time.Second
	defaultMaxInFlight = 1000
	defaultVersion     = "v24.0"
	defaultRetries     = 5
)

func (r *resolver) target(t *TargetSection) Target {
	target := Target{
		Name: t.name, API: whatsapp.API(t.API.Value),
		Version: r.text(t.Version), PhoneNumberID: r.text(t.PhoneNumberID), WABAID: r.text(t.WABAID),
		Token: r.secret(t.Token), Username: r.text(t.Username), Password: r.secret(t.Password),
		Timeout: t.Timeout.Or(defaultTimeout), MaxInFlight: t.MaxInFlight.Or(defaultMaxInFlight),
		HTTP2: t.HTTP2.Or(HTTP2Auto), Retry: t.Retry.Value.resolved(t.Retry.Written()),
	}
	if target.API == whatsapp.Cloud && target.Version == "" {
		target.Version = defaultVersion
	}
	if t.Version.OK && r.Count() == 0 && !cloudVersion.MatchString(target.Version) {
		r.Problem(t.Version.Pos, "write it as v24.0", "%q is not a version of the Cloud API", target.Version)
	}
	if t.Cost.OK {
		target.Cost = &Cost{PerHour: pointer(t.Cost.Value.PerHour), PerMessage: pointer(t.Cost.Value.PerMessage)}
	}
	if t.TLS.OK {
		target.TLS = &TLS{CA: r.certificates(t.TLS.Value.CA), Insecure: t.TLS.Value.Insecure.Value}
	}
	if t.Fake.OK {
		r.profile(t, &target)
	}
	if t.URL.OK {
		target.URL = r.address(t)
	}
	return target
}

func (s RetrySection) resolved(written bool) *Retry {
	if !written {
		return nil
	}
	return &Retry{
		Classes: s.On.Value.Classes, Codes: s.On.Value.Codes,
		Backoff: s.Backoff.Or(Backoff{Base: 4, Unit: time.Second}), Max: s.Max.Or(defaultRetries),
	}
}

// certificates reads a PEM file.
func (r *resolver) certificates(path At[string]) string {
	if !path.OK {
		return ""
	}
	text, err := r.env.readFile(r.text(path))
	switch {
	case err != nil:
		r.Problem(path.Pos, "", "ca: %s", err)
	case !x509.NewCertPool().AppendCertsFromPEM(text):
		r.Problem(path.Pos, "", "ca: %s holds no certificate in PEM", path.Value)
	}
	return string(text)
}

// profile fills in the fake of a target: a shipped profile by its name, or a
// file, which has a slash or an extension.
func (r *resolver) profile(t *TargetSection, target *Target) {
	target.Fake = r.text(t.Fake)
	var text []byte
	if strings.ContainsAny(target.Fake, `/\.`) {
		var err error
		if text, err = r.env.readFile(target.Fake); err != nil {
			r.Problem(t.Fake.Pos, "", "fake: %s", err)
			return
		}
		target.FakeProfile = string(text)
	}
	if r.env.Profile == nil {
		return
	}
	apis, err := r.env.Profile(target.Fake, text)
	if problems, ok := errors.AsType[Problems](err); ok {
		r.Include(problems)
		return
	}
	if err != nil {
		r.Problem(t.Fake.Pos, "", "fake: %s", err)
		return
	}
	if !slices.Contains(apis, target.API) {
		r.Problem(t.Fake.Pos, "", "profile %s does not have the %s API", target.Fake, target.API)
	}
}

// address returns a target's url, and refuses one that is neither this machine
// nor allowed.
func (r *resolver) address(t *TargetSection) string {
	before := r.Count()
	text := strings.TrimRight(r.text(t.URL), "/")
	if r.Count() > before {
		return ""
	}
	address, err := parseURL(text)
	if err != nil {
		r.Problem(t.URL.Pos, "", "url: %s", err)
		return ""
	}
	if !r.env.local(address.Hostname()) {
		r.mustBeAllowed(t, address.Hostname())
	}
	return text
}

// mustBeAllowed refuses a target that is not this machine: real sends cost
// money and can get a number blocked.
func (r *resolver) mustBeAllowed(t *TargetSection, host string) {
	const what = "target %s is at %s, which is neither a fake nor this machine"
	switch {
	case !r.scenario.Real.Written():
		r.Problem(t.URL.Pos, "real sends cost money and can get a number blocked; "+
			"if that is meant, add real: {allowed_recipients: […]} and limits.max_messages, and pass --real", what, t.name, host)
	case !r.env.Real:
		r.Problem(t.URL.Pos, "real sends cost money and can get a number blocked; if that is meant, pass --real", what, t.name, host)
	}
}

// listen returns the address that webhooks arrive at.
func (r *resolver) listen(a At[string]) string {
	address := r.text(a)
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		r.Problem(a.Pos, "write it as 127.0.0.1:0", "listen: %q is not an address", address)
	}
	return address
}

// real checks that everybody a real run writes to is allowed.
func (r *resolver) real() {
	section := r.scenario.Real
	if !section.Written() {
		return
	}
	real := &Real{LoadTestNumber: section.Value.LoadTestNumber.Value}
	var ranges []Range
	for _, allowed := range section.Value.AllowedRecipients.Value {
		ranges = append(ranges, allowed.Value)
		real.AllowedRecipients = append(real.AllowedRecipients, allowed.Value.String())
	}
	r.plan.Real = real
	if real.LoadTestNumber || r.Count() > 0 {
		return
	}
	if stranger := firstOutside(&r.plan.Recipients, ranges); stranger != "" {
		r.Problem(r.scenario.Recipients.Pos, "add it to real.allowed_recipients", "recipient %s is not allowed", stranger)
	}
}

// firstOutside returns the first recipient that no range has, empty if there
// is none.
func firstOutside(r *Recipients, allowed []Range) string {
	covered := covering(allowed)
	for n := range r.Len() {
		if !covered.has(r.At(n)) {
			return r.At(n)
		}
	}
	return ""
}

// cover is a sorted list of ranges that do not overlap.
type cover []Range

func covering(ranges []Range) cover {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b Range) int {
		if a.From < b.From {
			return -1
		}
		return 1
	})
	var merged cover
	for _, next := range sorted {
		if last := len(merged) - 1; last >= 0 && next.From <= merged[last].To+1 {
			merged[last].To = max(merged[last].To, next.To)
			continue
		}
		merged = append(merged, next)
	}
	return merged
}

func (c cover) has(number string) bool {
	i, found := slices.BinarySearchFunc(c, number, func(r Range, number string) int {
		switch {
		case r.Has(number):
			return 0
		case r.below(number):
			return -1
		default:
			return 1
		}
	})
	return found && c[i].Has(number)
}

// where returns the place of a column's first use.
func (r *resolver) where(column string) strictyaml.Pos { return r.columns[column] }
