package scenarios_test

import (
	"testing"
	"time"

	"wabench/scenarios"
)

// The last hold goes on for as long as the limit allows, shared between the
// targets that take turns.
func TestUntilStretchesTheLastStage(t *testing.T) {
	const head = "version: 1\nname: x\ntargets: {a: {api: cloud, fake: instant}, b: {api: cloud, fake: instant}}\n" +
		"recipients: {range: 15550100000..15550109999}\nmessages: [{text: hi}]\n" +
		"load: {until: {p99: ±5%}, stages: [{ramp: 1/s..5/s, for: 10s}, {hold: 5/s, for: 10s}]}\nlimits: {max_duration: 2m}\n"
	for _, c := range []struct {
		compare string
		want    time.Duration
	}{
		{"compare: {base: a, head: b, order: sequential}\n", time.Minute},
		{"compare: {base: a, head: b, order: parallel}\n", 2 * time.Minute},
	} {
		s, err := scenarios.Parse("x.yaml", []byte(head+c.compare))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := s.Resolve(scenarios.Env{})
		if err != nil {
			t.Fatal(err)
		}
		if plan.Length() != c.want || plan.Until == nil || plan.Until.Q != 0.99 {
			t.Errorf("%s: load of %v until %+v, want %v", c.compare, plan.Length(), plan.Until, c.want)
		}
	}
}

// The gates decide when it is over only if evidence for one of them gathers.
func TestUntilGates(t *testing.T) {
	const head = "version: 1\nname: x\ntargets: {a: {api: cloud, fake: instant}}\nrecipients: {range: 15550100000..15550109999}\n" +
		"messages: [{text: hi}]\nload: {until: gates, stages: [{hold: 5/s, for: 10s}]}\nlimits: {max_duration: 2m}\n"
	for gates, decides := range map[string]bool{
		"[p99(send.response) < 1s]": true, "[lost == 0, error_rate(send) < 1%]": true,
		"[lost == 0]": false, "[error_rate(send) < 1% over 10s]": false, "[p99(send.response) vs baseline <= +5%]": false,
	} {
		s, err := scenarios.Parse("x.yaml", []byte(head+"gates: "+gates+"\nwebhooks: {listen: \"127.0.0.1:0\", wait: 1s}\n"))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := s.Resolve(scenarios.Env{})
		if (err == nil) != decides {
			t.Errorf("%s: %v, decides: %v", gates, err, decides)
		}
		if err == nil && (!plan.Until.Gates || plan.Length() != 2*time.Minute-time.Second) {
			t.Errorf("%s: load of %v until %+v", gates, plan.Length(), plan.Until)
		}
	}
}
