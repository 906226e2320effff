package scenarios_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wabench/internal/pace"
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

// The same seed gives the same calls whatever else is asked before.
func TestCallsDependOnSeedAndNumberOnly(t *testing.T) {
	var pairs [][2]*scenarios.Plan
	for _, seed := range []string{"seed=0", "seed=1", "seed=42", "seed=18446744073709551615"} {
		pairs = append(pairs, [2]*scenarios.Plan{resolve(t, everything, seed), resolve(t, everything, seed)})
	}
	rapid.Check(t, func(t *rapid.T) {
		pair := rapid.SampledFrom(pairs).Draw(t, "plans")
		numbers := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 20).Draw(t, "numbers")
		for _, n := range numbers {
			pair[1].Call(&pair[1].Targets[0], n+1, noon)
			want, got := pair[0].Call(&pair[0].Targets[1], n, noon), pair[1].Call(&pair[1].Targets[1], n, noon)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("call %d differs:\n%s", n, diff)
			}
		}
	})
}

func TestAnotherSeedGivesOtherCalls(t *testing.T) {
	first, second := resolve(t, everything, "seed=1"), resolve(t, everything, "seed=2")
	same := 0
	for n := range int64(100) {
		if cmp.Equal(first.Call(&first.Targets[1], n, noon), second.Call(&second.Targets[1], n, noon)) {
			same++
		}
	}
	if same > 20 {
		t.Errorf("%d of 100 calls are the same with seeds 1 and 2", same)
	}
}
