package scenarios_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/scenarios"
)

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
