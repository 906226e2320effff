package scenarios_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/pace"
	"wabench/scenarios"
)

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
