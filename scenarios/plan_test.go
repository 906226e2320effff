package scenarios_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wabench/internal/pace"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/scenarios"
)

func TestEverythingResolves(t *testing.T) {
	plan := resolve(t, everything)
	if len(plan.Messages) != 18 || len(plan.Stages) != 7 || len(plan.Faults) != 8 || len(plan.Gates) != 2 {
		t.Errorf("%d messages, %d stages, %d faults, %d gates", len(plan.Messages), len(plan.Stages), len(plan.Faults), len(plan.Gates))
	}
	cloud := plan.Target("cloud")
	retry := cloud.Retry
	if retry.Max != 4 || retry.Backoff.Wait(2) != 16*time.Second ||
		!retry.Applies(whatsapp.Outcome{Class: whatsapp.Throttled}) || !retry.Applies(whatsapp.Outcome{Class: whatsapp.ClientFault, Code: 131056}) ||
		retry.Applies(whatsapp.Outcome{Class: whatsapp.ClientFault, Code: 100}) {
		t.Errorf("retry = %+v", retry)
	}
	if gate := plan.Gates[1]; !gate.Options.Abort || gate.Confidence() != 0.99 || gate.Over != 2*time.Second {
		t.Errorf("gate = %+v", gate)
	}
	want := scenarios.Fault{Kind: scenarios.Errors, On: "onprem", Code: 1000, Share: 0.05}
	if diff := cmp.Diff(want, plan.Faults[2]); diff != "" {
		t.Errorf("fault (-want +got):\n%s", diff)
	}
	if times := plan.Stages[4].Times; len(times) != 3 || times[2] != 1250*time.Millisecond || plan.Stages[4].For != 2*time.Second || plan.Stages[5].For != 2*time.Second {
		t.Errorf("replays = %+v, %+v", plan.Stages[4], plan.Stages[5])
	}
}

func TestDefaults(t *testing.T) {
	plan := resolve(t, minimal+"webhooks: {}\n")
	want := scenarios.Target{
		Name: "cloud", API: whatsapp.Cloud, Fake: "instant", Version: "v24.0", Timeout: 30 * time.Second, MaxInFlight: 1000,
		HTTP2: scenarios.HTTP2Auto,
	}
	if diff := cmp.Diff(want, plan.Targets[0]); diff != "" {
		t.Errorf("target (-want +got):\n%s", diff)
	}
	if plan.Seed != 1 || plan.Arrivals != pace.Uniform || plan.Warmup != 0 || plan.Block != time.Second || plan.Order() != scenarios.Single {
		t.Errorf("seed %d, arrivals %s, warmup %s, block %s, order %s", plan.Seed, plan.Arrivals, plan.Warmup, plan.Block, plan.Order())
	}
	if w := plan.Webhooks; w == nil || w.Listen != "127.0.0.1:0" || w.Wait != 10*time.Second {
		t.Errorf("webhooks = %+v", w)
	}
}

func TestBlocks(t *testing.T) {
	for _, c := range []struct {
		name, stage, warmup string
		block               time.Duration
		blocks              int
	}{
		{"a long run has blocks of 5 s", "for=10m", "0s", 5 * time.Second, 120},
		{"a minute has blocks of 5 s", "for=1m", "5s", 5 * time.Second, 11},
		{"a shorter run has ten", "for=33s", "3s", 3 * time.Second, 10},
		{"uneven lengths have a short last block", "for=12500ms", "0s", 1200 * time.Millisecond, 11},
		{"a very short run has few", "for=2s", "0s", 500 * time.Millisecond, 4},
	} {
		plan := resolve(t, minimal, "load.stages[0]."+c.stage, "load.warmup="+c.warmup)
		if plan.Block != c.block || plan.Blocks() != c.blocks {
			t.Errorf("%s: %d blocks of %s, want %d of %s", c.name, plan.Blocks(), plan.Block, c.blocks, c.block)
		}
		if first, last := plan.BlockAt(plan.Warmup), plan.BlockAt(plan.Length()-1); first != 0 || last != c.blocks-1 {
			t.Errorf("%s: first block %d, last %d", c.name, first, last)
		}
		if plan.Warmup > 0 && plan.BlockAt(plan.Warmup-1) != -1 {
			t.Errorf("%s: warm-up is in a block", c.name)
		}
	}
}

func TestOverrides(t *testing.T) {
	plan := resolve(t, minimal,
		"load.stages[0].hold=50/s", "load.stages[1]={ramp: 50/s..5/s, for: 5s}", "targets.cloud.timeout=5s",
		"messages[0].text={{seq}}", "webhooks.wait=1s", "seed=9", "gates=[error_rate(send) <= 1%]", "name=other")
	if plan.Stages[0].From != 50 || len(plan.Stages) != 2 || plan.Targets[0].Timeout != 5*time.Second || plan.Seed != 9 ||
		plan.Webhooks.Wait != time.Second || len(plan.Gates) != 1 || plan.Name != "other" {
		t.Errorf("plan = %+v", plan)
	}
	if m, _ := plan.Message(3, noon); m.Text.Body != "3" {
		t.Errorf("text = %q, want 3", m.Text.Body)
	}
	again := resolve(t, minimal)
	if again.Stages[0].From != 10 {
		t.Errorf("an override changed the scenario itself: %v", again.Stages[0].From)
	}
}

func TestSeedOverride(t *testing.T) {
	s, err := scenarios.Parse("x.yaml", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	env, seed := environment(), uint64(77)
	env.Seed = &seed
	plan, err := s.Resolve(env)
	if err != nil || plan.Seed != 77 {
		t.Errorf("seed = %v, %v; want 77", plan, err)
	}
	if string(s.Source()) != minimal {
		t.Error("the source is not the file as given")
	}
}

func TestPlanSurvivesJSON(t *testing.T) {
	for _, src := range []string{minimal, everything} {
		plan := resolve(t, src)
		text, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		var back scenarios.Plan
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if back.SHA256() != plan.SHA256() {
			t.Errorf("plan %s has another fingerprint after JSON", plan.Name)
		}
		if diff := cmp.Diff(plan, &back, cmpopts.IgnoreUnexported(scenarios.Plan{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("plan after JSON (-want +got):\n%s", diff)
		}
		for n := range int64(100) {
			want, got := plan.Call(&plan.Targets[0], n, noon), back.Call(&back.Targets[0], n, noon)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("call %d after JSON (-want +got):\n%s", n, diff)
			}
		}
	}
}

func TestFingerprintDependsOnWhatIsSent(t *testing.T) {
	base := resolve(t, minimal).SHA256()
	if again := resolve(t, "# a comment\n"+minimal).SHA256(); again != base {
		t.Error("a comment changes the plan's fingerprint")
	}
	for _, set := range []string{"seed=2", "load.stages[0].for=11s", "messages[0].text=ho", "targets.cloud.timeout=1s"} {
		if resolve(t, minimal, set).SHA256() == base {
			t.Errorf("%s leaves the plan's fingerprint as it was", set)
		}
	}
}

func TestSecretsCannotBePrinted(t *testing.T) {
	plan := resolve(t, everything)
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	all := string(text) + fmt.Sprintf("%v %+v %#v %s", plan, plan, plan, plan.Targets[1].Token)
	if strings.Contains(all, "EAAG") {
		t.Errorf("the plan shows a secret: %s", all)
	}
	if !strings.Contains(string(text), `"token":{"env":"TOKEN"}`) {
		t.Errorf("the plan does not refer to the token: %s", text)
	}
	for _, secret := range []*scenarios.Secret{plan.Target("cloud").Token, plan.Target("onprem").Password} {
		if value, err := secret.Reveal(environment()); value != "EAAG" || err != nil {
			t.Errorf("%s reveals %q, %v", secret, value, err)
		}
	}
}

func TestPlanOnlyNeedsNoSecrets(t *testing.T) {
	src := strings.Replace(minimal, "{api: cloud, fake: instant}", `{api: cloud, fake: instant, token: "${UNSET}"}`, 1)
	s, err := scenarios.Parse("x.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	env := environment()
	if _, err := s.Resolve(env); err == nil {
		t.Error("a run resolves without its secret")
	}
	env.PlanOnly = true
	if _, err := s.Resolve(env); err != nil {
		t.Errorf("a plan needs a secret: %v", err)
	}
}

func TestLocalHosts(t *testing.T) {
	for host, local := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.8.8.8": true, "[::1]": true, "fake.localhost": true, "LOCALHOST.": true,
		"thisbox": true, "10.0.0.1": false, "graph.facebook.com": false, "localhost.example.com": false, "127.0.0.1.example.com": false,
	} {
		src := strings.Replace(minimal, "{api: cloud, fake: instant}",
			fmt.Sprintf(`{api: cloud, url: "http://%s:80/", phone_number_id: "1", token: "${TOKEN}"}`, host), 1)
		s, err := scenarios.Parse("x.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		env := environment()
		env.IsLocal = func(host string) bool { return host == "thisbox" }
		if _, err := s.Resolve(env); (err == nil) != local {
			t.Errorf("%s: local = %v, want %v: %v", host, err == nil, local, err)
		}
	}
}

const twoTargets = `version: 1
name: two
targets:
  a: {api: cloud, fake: instant}
  b: {api: onprem, fake: instant}
recipients: {range: 15550100000..15550109999}
messages: [{text: hi}]
load: {warmup: 2s, stages: [{hold: 10/s, for: 12s}]}
`

func TestLegs(t *testing.T) {
	second := time.Second
	for _, c := range []struct {
		name, compare string
		want          []scenarios.Leg
	}{
		{"several targets without a comparison take turns", "", []scenarios.Leg{
			{Group: 0, Target: "a", To: 12 * second, Block: -1}, {Group: 1, Target: "b", To: 12 * second, Block: -1},
		}},
		{"sequential runs the base first", "compare: {base: b, head: a, order: sequential}", []scenarios.Leg{
			{Group: 0, Target: "b", To: 12 * second, Block: -1}, {Group: 1, Target: "a", To: 12 * second, Block: -1},
		}},
		{"parallel runs both at once", "compare: {base: b, head: a, order: parallel}", []scenarios.Leg{
			{Group: 0, Target: "b", To: 12 * second, Block: -1}, {Group: 0, Target: "a", To: 12 * second, Block: -1},
		}},
	} {
		if diff := cmp.Diff(c.want, resolve(t, twoTargets+c.compare).Legs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Every moment of load time runs on both targets once, each pair of blocks
// begins with either target once, and the seed draws which.
func TestInterleavedLegs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		warmup := rapid.IntRange(0, 5).Draw(t, "warmup")
		length := warmup + rapid.IntRange(1, 30).Draw(t, "length")
		block := rapid.IntRange(1, 7).Draw(t, "block")
		plan := &scenarios.Plan{
			Seed: rapid.Uint64().Draw(t, "seed"), Warmup: time.Duration(warmup) * time.Second, Block: time.Duration(block) * time.Second,
			Stages:  []pace.Stage{{Kind: pace.Hold, From: 1, To: 1, For: time.Duration(length) * time.Second}},
			Compare: &scenarios.Compare{Base: "a", Head: "b", Order: scenarios.Interleaved},
		}
		reached, first := map[string]time.Duration{}, []string{}
		for i, leg := range plan.Legs() {
			if leg.Group != i || leg.From != reached[leg.Target] || leg.To <= leg.From {
				t.Fatalf("leg %d is %+v after %s", i, leg, reached[leg.Target])
			}
			if leg.Block >= 0 && (plan.BlockAt(leg.From) != leg.Block || plan.BlockAt(leg.To-1) != leg.Block) {
				t.Fatalf("leg %+v is in blocks %d to %d", leg, plan.BlockAt(leg.From), plan.BlockAt(leg.To-1))
			}
			if reached[leg.Target] = leg.To; leg.Block >= len(first) {
				first = append(first, leg.Target)
			}
		}
		if reached["a"] != plan.Length() || reached["b"] != plan.Length() || len(first) != plan.Blocks() {
			t.Fatalf("legs reach %v and begin %d blocks, want %s and %d", reached, len(first), plan.Length(), plan.Blocks())
		}
		for i := 0; i+1 < len(first); i += 2 {
			if first[i] == first[i+1] {
				t.Fatalf("blocks %d and %d both begin with %s", i, i+1, first[i])
			}
		}
	})
}

func TestInterleavedOrderIsDrawn(t *testing.T) {
	starts := map[string]bool{}
	for seed := range 20 {
		plan := resolve(t, twoTargets+"compare: {base: a, head: b, block: 1s}", fmt.Sprintf("seed=%d", seed))
		starts[plan.Legs()[2].Target] = true
	}
	if len(starts) != 2 {
		t.Errorf("20 seeds all begin with %v", starts)
	}
}

// The same seed gives the same calls whatever else is asked before, another
// seed gives others.
func TestCallsDependOnSeedAndNumberOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(0, 1<<62).Draw(t, "seed")
		numbers := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 20).Draw(t, "numbers")
		set := fmt.Sprintf("seed=%d", seed)
		first, err := tryResolve(everything, set)
		if err != nil {
			t.Fatal(err)
		}
		second, err := tryResolve(everything, set)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range numbers {
			second.Call(&second.Targets[0], n+1, noon)
			want, got := first.Call(&first.Targets[1], n, noon), second.Call(&second.Targets[1], n, noon)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("call %d differs:\n%s", n, diff)
			}
		}
	})
}

func TestFacts(t *testing.T) {
	plan := resolve(t, twoTargets+"compare: {base: a, head: b}\nwebhooks: {wait: 3s}\n",
		"messages=[{text: hi, weight: 3}, {op: profile}]", "targets.a.cost={per_message: 0.01 USD, per_hour: 3.60 USD}")
	facts, err := plan.Facts()
	if err != nil {
		t.Fatal(err)
	}
	sends := facts.Targets[0].Ops[whatsapp.OpSend]
	if facts.Hits != 240 || facts.Messages != 2*sends || sends+facts.Targets[0].Ops[whatsapp.OpProfile] != 120 || sends < 70 || sends > 110 {
		t.Errorf("hits %d, messages %d, ops %v", facts.Hits, facts.Messages, facts.Targets[0].Ops)
	}
	if measured := facts.Measured[whatsapp.OpSend] + facts.Measured[whatsapp.OpProfile]; measured != 100 {
		t.Errorf("%d measured, want the 100 after warm-up", measured)
	}
	if facts.Load != 12*time.Second || facts.Duration != 24*time.Second || facts.Wait != 3*time.Second || facts.PeakRate != 10 {
		t.Errorf("load %s, duration %s, wait %s, peak %s", facts.Load, facts.Duration, facts.Wait, facts.PeakRate)
	}
	want := units.Money{Amount: 0.01*float64(sends) + 3.6*12/3600, Currency: "USD"}
	if diff := cmp.Diff(&want, facts.Targets[0].Cost, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("cost (-want +got):\n%s", diff)
	}
	if facts.Recipients != 120 || facts.PerRecipient != 1 {
		t.Errorf("%d recipients, %d each", facts.Recipients, facts.PerRecipient)
	}
	if codes := noteCodes(facts); !slices.Equal(codes, []string{"few_blocks"}) && plan.Blocks() < 6 {
		t.Errorf("notes = %v", codes)
	}
}

func noteCodes(f scenarios.Facts) []string {
	var codes []string
	for _, n := range f.Notes {
		codes = append(codes, n.Code)
	}
	return codes
}

func TestNotes(t *testing.T) {
	for _, c := range []struct {
		name, src string
		set       []string
		want      []string
	}{
		{"nothing to say", minimal, nil, nil},
		// 10/s to one number: the bucket of 45 lets 45 through and 1 every 6 s.
		{"one recipient", minimal, []string{"recipients={list: [\"15550100000\"]}"}, []string{"pair_rate"}},
		{"one recipient of the On-Premises API", minimal, []string{
			"recipients={list: [\"15550100000\"]}", "targets.cloud.api=onprem",
		}, nil},
		// 100 numbers at 10/s: one message in 10 s each, for ever.
		{"enough recipients for long", minimal, []string{"load.stages[0].for=20m"}, nil},
		// 50 numbers at 10/s: one in 5 s; the bucket gains 1/30 a second, full after 45 * 30 s.
		{"too few for long", minimal, []string{
			"load.stages[0].for=40m", "recipients.range=15550100000..15550100049",
		}, []string{"pair_rate"}},
		{"few blocks", twoTargets + "compare: {base: a, head: b, block: 5s}", nil, []string{"few_blocks"}},
		{"closed and open with a rule", minimal, []string{
			"load.stages[1]={closed: {users: 1}, for: 1s}", "gates=[p99(send.response) < 1s]",
		}, []string{"closed"}},
	} {
		facts, err := resolve(t, c.src, c.set...).Facts()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, noteCodes(facts)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		text  string
		waits []time.Duration
	}{
		{"4^n s", []time.Duration{time.Second, 4 * time.Second, 16 * time.Second, 64 * time.Second}},
		{"2^n 100ms", []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"1.5^n 1m", []time.Duration{time.Minute, 90 * time.Second}},
		{"2s", []time.Duration{2 * time.Second, 2 * time.Second, 2 * time.Second}},
		{"0s", []time.Duration{0, 0}},
	} {
		b, err := scenarios.ParseBackoff(c.text)
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range c.waits {
			if got := b.Wait(n); got != want {
				t.Errorf("%s: wait %d is %s, want %s", c.text, n, got, want)
			}
		}
		if got := b.Wait(1000); got > time.Hour || got < 0 {
			t.Errorf("%s: wait 1000 is %s", c.text, got)
		}
	}
	for _, b := range []scenarios.Backoff{{Base: 4, Unit: time.Second}, {Base: 1.5, Unit: 90 * time.Second}, {Base: 1, Unit: time.Millisecond}} {
		if back, err := scenarios.ParseBackoff(b.String()); err != nil || back != b {
			t.Errorf("%s reads back as %v, %v", b, back, err)
		}
	}
	for _, bad := range []string{"", "n", "4^n", "4^n 0s", "0^n s", "4^n s s", "-1^n s", "4", "2h", "4^n d"} {
		if b, err := scenarios.ParseBackoff(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, b)
		}
	}
}
