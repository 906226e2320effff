package scenarios_test

import (
	"strings"
	"testing"

	"wabench/scenarios"
)

// minimal is a scenario that lacks nothing.
const minimal = `version: 1
name: minimal
targets: {cloud: {api: cloud, fake: instant}}
recipients: {range: 15550100000..15550100099}
messages: [{text: hi}]
load: {stages: [{hold: 10/s, for: 10s}]}
`

// withMessages is the minimal scenario with another mix.
func withMessages(mix string) string {
	return strings.Replace(minimal, "messages: [{text: hi}]", "messages: "+mix, 1)
}

// resolve returns the plan of a scenario, with overrides.
func resolve(t testing.TB, src string, set ...string) *scenarios.Plan {
	t.Helper()
	plan, err := tryResolve(src, set...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func tryResolve(src string, set ...string) (*scenarios.Plan, error) {
	s, err := scenarios.Parse("test.yaml", []byte(src))
	if err != nil {
		return nil, err
	}
	env := environment(set...)
	env.Real = true
	return s.Resolve(env)
}
