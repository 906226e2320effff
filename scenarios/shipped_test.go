package scenarios_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"wabench/fakeapi"
	"wabench/scenarios"
)

func TestShippedScenarios(t *testing.T) {
	want := []string{"campaign-burst", "cloud-vs-onprem", "otp-steady", "quickstart", "soak"}
	if got := scenarios.Shipped(); !slices.Equal(got, want) {
		t.Fatalf("shipped scenarios are %v, want %v", got, want)
	}
	for _, name := range scenarios.Shipped() {
		t.Run(name, func(t *testing.T) {
			src, _ := scenarios.ShippedScenario(name)
			if !bytes.HasPrefix(src, []byte("# yaml-language-server: $schema=schema.json\n#\n# ")) {
				t.Error("does not begin with its schema and an explanation")
			}
			s, err := scenarios.Parse(name+".yaml", src)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := s.Resolve(scenarios.Env{})
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range plan.Targets {
				profile, err := fakeapi.LoadProfile(target.Fake)
				if err != nil || !slices.Contains(profile.APIs, target.API) {
					t.Errorf("target %s: profile %s: %v", target.Name, target.Fake, err)
				}
			}
			facts, err := plan.Facts()
			if err != nil {
				t.Fatal(err)
			}
			if plan.Name != name || plan.Description == "" || len(plan.Gates) == 0 || len(facts.Notes) > 0 {
				t.Errorf("name %s, %d gates, notes %v", plan.Name, len(plan.Gates), facts.Notes)
			}
		})
	}
	if _, found := scenarios.ShippedScenario("nothing"); found {
		t.Error("there is a scenario called nothing")
	}
}

func TestTheDemoTakesLessThanAMinute(t *testing.T) {
	src, _ := scenarios.ShippedScenario("cloud-vs-onprem")
	facts, err := resolve(t, string(src), "targets.onprem.fake=instant", "targets.cloud.fake=instant").Facts()
	if err != nil {
		t.Fatal(err)
	}
	if facts.Duration+facts.Wait >= time.Minute {
		t.Errorf("takes %s and waits %s", facts.Duration, facts.Wait)
	}
}
