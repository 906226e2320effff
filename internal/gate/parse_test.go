package gate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/gate"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

func TestParse(t *testing.T) {
	sevenBasisPoints, err := units.ParsePercent("0.07%")
	if err != nil {
		t.Fatal(err)
	}
	p99 := gate.Metric{Kind: gate.Quantile, Q: 0.99, Series: "send.response"}
	for _, tc := range []struct {
		name, rule string
		want       gate.Rule
		canonical  string // if not the rule as written
	}{
		{name: "a latency", rule: "p99(send.response) < 800ms", want: gate.Rule{
			Metric: p99, Comparator: gate.Less, Bound: gate.Bound{Unit: gate.Duration, Value: 800e6},
		}},
		{name: "no spaces are needed", rule: "p99(send.response)<800ms", canonical: "p99(send.response) < 800ms", want: gate.Rule{
			Metric: p99, Comparator: gate.Less, Bound: gate.Bound{Unit: gate.Duration, Value: 800e6},
		}},
		{
			name: "many spaces are allowed", rule: " p99 ( send.response )\tof  cloud<=1500ms  over 60s ",
			canonical: "p99(send.response) of cloud <= 1.5s over 1m", want: gate.Rule{
				Metric: p99, Of: "cloud", Comparator: gate.AtMost,
				Bound: gate.Bound{Unit: gate.Duration, Value: 1.5e9}, Over: time.Minute,
			},
		},
		{name: "a share keeps its decimals", rule: "error_rate(send) <= 0.07%", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.ErrorRate, Op: whatsapp.OpSend}, Comparator: gate.AtMost,
			Bound: gate.Bound{Unit: gate.Share, Value: float64(sevenBasisPoints)},
		}},
		{name: "a change between targets", rule: "p95(send.response) of cloud vs onprem <= +10%", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.Quantile, Q: 0.95, Series: "send.response"}, Of: "cloud", Vs: "onprem",
			Comparator: gate.AtMost, Bound: gate.Bound{Unit: gate.Change, Value: 0.1},
		}},
		{name: "a change downwards", rule: "rate(send) vs baseline >= -5%", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.Rate, Op: whatsapp.OpSend}, Vs: gate.Baseline,
			Comparator: gate.AtLeast, Bound: gate.Bound{Unit: gate.Change, Value: -0.05},
		}},
		{name: "rate per minute", rule: "rate(media_upload) >= 90/m", canonical: "rate(media_upload) >= 90/m", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.Rate, Op: whatsapp.OpMediaUpload}, Comparator: gate.AtLeast,
			Bound: gate.Bound{Unit: gate.PerTime, Value: 1.5},
		}},
		{name: "a webhook series", rule: "p99.99(webhook.delivered) of on.prem_2-b > 2s", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.Quantile, Q: 0.9999, Series: "webhook.delivered"}, Of: "on.prem_2-b",
			Comparator: gate.More, Bound: gate.Bound{Unit: gate.Duration, Value: 2e9},
		}},
		{name: "zero is zero in every unit", rule: "longest_outage == 0", canonical: "longest_outage == 0s", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.LongestOutage}, Comparator: gate.Precisely, Bound: gate.Bound{Unit: gate.Duration},
		}},
		{name: "a count", rule: "lost == 0", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.Lost}, Comparator: gate.Precisely, Bound: gate.Bound{Unit: gate.Count},
		}},
		{name: "no errors at all", rule: "error_rate(send) == 0%", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.ErrorRate, Op: whatsapp.OpSend}, Comparator: gate.Precisely, Bound: gate.Bound{Unit: gate.Share},
		}},
		{name: "windows", rule: "throttle_rate(send) <= 1% over 10s", want: gate.Rule{
			Metric: gate.Metric{Kind: gate.ThrottleRate, Op: whatsapp.OpSend}, Comparator: gate.AtMost,
			Bound: gate.Bound{Unit: gate.Share, Value: 0.01}, Over: 10 * time.Second,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := gate.Parse(tc.rule)
			if err != nil {
				t.Fatalf("Parse(%q): %v", tc.rule, err)
			}
			tc.want.Options.Confidence = gate.DefaultConfidence
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tc.rule, diff)
			}
			canonical := tc.canonical
			if canonical == "" {
				canonical = tc.rule
			}
			if got.String() != canonical {
				t.Errorf("canonical form of %q: got %q, want %q", tc.rule, got.String(), canonical)
			}
		})
	}
}

func TestParseMistakes(t *testing.T) {
	for _, tc := range []struct {
		rule   string
		offset int
		text   string
		hint   string
	}{
		{"", 0, "a metric must stand here", "write a rule such as p99(send.response) < 800ms"},
		{"eror_rate(send) < 1%", 0, `"eror_rate" is not a metric`, "did you mean error_rate?"},
		{"throughput(send) > 5/s", 0, `"throughput" is not a metric`, "did you mean rate?"},
		{"avg(send.response) > 5s", 0, `"avg" is not a metric`, "did you mean mean?"},
		{"quantile(send.response) > 5s", 0, `"quantile" is not a metric`, "the metrics are p50 to p99.99 and error_rate, throttle_rate, rate, max, mean, delivered_ratio, lost, duplicates, availability, longest_outage, recovery"},
		{"p999(send.response) < 1s", 0, "p999 is above p100", "did you mean p99.9?"},
		{"p250(send.response) < 1s", 0, "p250 is above p100", "a quantile lies above 0 and below 100, as in p99.9"},
		{"p100(send.response) < 1s", 0, "p100 is the maximum", "write max(send.response)"},
		{"p0(send.response) < 1s", 0, "p0 is the minimum, which says nothing of a target", "write p50 for the median"},
		{"p9.9.9(send.response) < 1s", 0, `"p9.9.9" is not a quantile`, "write p99 or p99.9"},
		{"p99 < 1s", 4, "p99 must say of what", "write p99(send.response)"},
		{"rate >= 5/s", 5, "rate must say of what", "write rate(send)"},
		{"lost(send) == 0", 4, "lost is of a whole target and takes no parentheses", "write lost"},
		{"p99(send) < 1s", 4, "send has several clocks", "write send.response, send.service, send.lateness"},
		{"p99(response) < 1s", 4, "response is a clock of what?", "write send.response"},
		{"p99(send.responce) < 1s", 4, `send has no clock "responce"`, "did you mean send.response?"},
		{"p99(send.sent) < 1s", 4, `send has no clock "sent"`, "write send.response, send.service, send.lateness"},
		{"p99(webhook.response) < 1s", 4, `webhook has no clock "response"`, "write webhook.sent, webhook.delivered, webhook.read"},
		{"p99(sned.response) < 1s", 4, `"sned.response" is not a series`, "did you mean send.response?"},
		{"p99() < 1s", 4, "a series must stand here", "write send.response"},
		{"p99(send.response < 1s", 18, "a closing parenthesis must stand here", "write p99(send.response)"},
		{"error_rate(send.response) < 1%", 11, "outcomes have no clock response", "write send"},
		{"error_rate(upload) < 1%", 11, `"upload" is not an operation`, "the operations are send, contacts, media_upload, mark_read, profile, retry"},
		{"error_rate(markread) < 1%", 11, `"markread" is not an operation`, "did you mean mark_read?"},
		{"lost of == 0", 8, "a target's name must stand after of", ""},
		{"lost of -x == 0", 8, `"-x" is not a target's name`, ""},
		{"lost of baseline == 0", 8, "baseline stands only after vs", "write vs baseline"},
		{"lost vs a of b == +0%", 10, "a comparison must stand here", "write of before vs"},
		{"lost of a vs a <= +0%", 13, "a is compared with itself", "name another target after vs"},
		{"lost off cloud == 0", 5, "a comparison must stand here", "did you mean of?"},
		{"lost = 0", 5, "= is not a comparison", "write =="},
		{"lost =< 0", 5, "=< is not a comparison", "write <="},
		{"p99(send.response) ≤ 1s", 19, "≤ is not a comparison", "write <="},
		{"lost ==", 7, "a bound must stand here", "write one such as 800ms, 0.1%, 50/s or 0"},
		{"p99(send.response) < 800", 21, `the metric is a duration, "800" is not`, "write 800ms or 800s"},
		{"p99(send.response) < 5%", 21, `the metric is a duration, "5%" is not`, "write a duration with its unit, as 800ms"},
		{"p99(send.response) < 2000h", 21, "2000h is longer than any run", "the longest bound is 1000h"},
		{"p99(send.response) < +5%", 21, "a signed bound is a change, but the rule says not from what", "add vs TARGET or vs baseline, or drop the sign"},
		{"p99(send.response) == 5ms", 22, "p99(send.response) is measured and never equals a bound", "write <= or >="},
		{"error_rate(send) <= 0.001", 20, `the metric is a share, "0.001" is not`, "write 0.1%"},
		{"error_rate(send) <= 5", 20, `the metric is a share, "5" is not`, "write 5%"},
		{"error_rate(send) <= 101%", 20, "101% is more than all", "shares go from 0% to 100%"},
		{"error_rate(send) < 0%", 19, "nothing is below 0%", "write == 0%"},
		{"availability > 100%", 15, "nothing is above 100%", "write == 100%"},
		{"rate(send) > 50", 13, `the metric is a rate, "50" is not`, "write it per second or minute, as 80/s"},
		{"lost <= 1.5", 8, `the metric is a count, "1.5" is not`, "write a whole number, as == 0"},
		{"lost <= 0.1%", 8, `the metric is a count, "0.1%" is not`, "write == 0, or use delivered_ratio >= 99.9%"},
		{"p95(send.response) vs baseline <= 5%", 34, "a bound with vs is a change and needs its sign", "write +5% for that much more than the base"},
		{"p95(send.response) vs baseline <= +5ms", 34, `the metric with vs is judged by a change, "+5ms" is not`, "write it in percent, as +10%"},
		{"p95(send.response) vs baseline <= -100%", 34, "no change of -100% is possible", "write a change above -100%"},
		{"error_rate(send) <= 1% over", 27, "over must be followed by a duration", "write over 10s"},
		{"error_rate(send) <= 1% over 10", 28, "over must be followed by a duration", "write over 10s"},
		{"error_rate(send) <= 1% over 10ms", 28, "a window must last 1s to 1000h", "write over 10s"},
		{"recovery <= 1s over 10s", 20, "recovery is of the whole run", "drop over"},
		{"rate(send) vs x >= -5% over 10s", 28, "a change is judged on the whole run", "drop over, or drop vs"},
		{"lost == 0 of cloud", 10, `"of" is left over`, "write of before the comparison"},
		{"rate(send) > 5/s ovr 10s", 17, `"ovr" is left over`, "did you mean over?"},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			_, err := gate.Parse(tc.rule)
			mistake, ok := errors.AsType[*gate.SyntaxError](err)
			if !ok {
				t.Fatalf("Parse(%q): got %v, want a *SyntaxError", tc.rule, err)
			}
			want := &gate.SyntaxError{Offset: tc.offset, Text: tc.text, Hint: tc.hint}
			if diff := cmp.Diff(want, mistake); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tc.rule, diff)
			}
		})
	}
}

func TestRuleNeeds(t *testing.T) {
	type needs struct {
		Targets                    []string
		Series                     gate.Series
		Op                         whatsapp.Op
		Baseline, Webhooks, Faults bool
	}
	for rule, want := range map[string]needs{
		"p95(send.response) of cloud vs onprem <= +10%": {Targets: []string{"cloud", "onprem"}, Series: "send.response", Op: "send"},
		"p95(webhook.read) vs baseline <= +10%":         {Series: "webhook.read", Baseline: true, Webhooks: true},
		"error_rate(profile) of onprem <= 1%":           {Targets: []string{"onprem"}, Op: "profile"},
		"delivered_ratio >= 99%":                        {Webhooks: true},
		"duplicates == 0":                               {Webhooks: true},
		"recovery <= 5s":                                {Faults: true},
		"availability >= 99%":                           {},
	} {
		r := parse(t, rule)
		got := needs{r.Targets(), r.Series(), r.Op(), r.NeedsBaseline(), r.NeedsWebhooks(), r.NeedsFaults()}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

func TestRuleJSONKeepsOptions(t *testing.T) {
	want := parse(t, "error_rate(send) <= 1% over 10s")
	want.Options = gate.Options{Abort: true, Confidence: 0.99}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	const wantText = `{"rule":"error_rate(send) \u003c= 1% over 10s","abort":true,"confidence":0.99}`
	if string(text) != wantText {
		t.Errorf("got %s, want %s", text, wantText)
	}
	var got gate.Rule
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after a round trip (-want +got):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`{"rule":"nonsense"}`), &got); err == nil {
		t.Error("a mistaken rule was read from JSON")
	}
}

func TestParseReadsBackWhatStringPrints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := ruleText().Draw(t, "rule")
		first, err := gate.Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		again, err := gate.Parse(first.String())
		if err != nil {
			t.Fatalf("Parse(%q), the canonical form of %q: %v", first.String(), text, err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("%q changed by a round trip:\n%s", text, diff)
		}
		if again.String() != first.String() {
			t.Fatalf("canonical form changed: %q, then %q", first.String(), again.String())
		}
	})
}

// ruleText draws rules as people may write them.
func ruleText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
		number := func(from, to float64) string {
			form := pick("form", "%.1f", "%.2f", "%.0f", "%.17f")
			return fmt.Sprintf(form, rapid.Float64Range(from, to).Draw(t, "number"))
		}
		series := pick("series", "send.response", "retry.service", "media_upload.lateness", "webhook.read")
		latency := pick("latency", "p50", "p99.9", "p"+fmt.Sprintf("%.3f", rapid.Float64Range(0.01, 99.99).Draw(t, "q")), "mean", "max") + "(" + series + ")"
		share := pick("share", "error_rate(send)", "throttle_rate( contacts )", "availability")
		target := pick("target", "", " of cloud", "  of onprem-2_b.x ")
		space := pick("space", "", " ", "\t ")
		op := space + pick("op", "<=", ">=", ">") + space
		over := pick("over", "", " over 10s", " over 1h", " over 90.5s")
		switch rapid.IntRange(0, 4).Draw(t, "unit") {
		case 0:
			return latency + target + op + number(0, 1e4) + pick("suffix", "ms", "s", "us", "ns", "m0.5s") + over
		case 1:
			return share + target + op + number(0, 99.4) + "%" + over
		case 2:
			return "rate(send)" + target + op + number(0, 1e6) + pick("per", "/s", "/m", "/h") + over
		case 3:
			return latency + target + " vs baseline" + op + pick("sign", "+", "-") + number(0, 99) + "%"
		}
		return pick("count", "lost", "duplicates") + target + op + fmt.Sprint(rapid.Int64Range(0, 1<<40).Draw(t, "count"))
	})
}

func parse(t *testing.T, rule string) gate.Rule {
	t.Helper()
	r, err := gate.Parse(rule)
	if err != nil {
		t.Fatalf("Parse(%q): %v", rule, err)
	}
	return r
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"p99(send.response) < 800ms", "error_rate(send) <= 0.1%", "p95(send.response) of cloud vs onprem <= +10%",
		"p99.9(webhook.read) vs baseline <= -5%", "rate(send) >= 90/m over 1m30s", "lost == 0", "recovery <= 2.5s",
		"max(send.lateness)<1us", "availability >= 99.95%", "p50(", "lost ≤ 3", "mean(retry.service) of x > 1e-3%",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rule, err := gate.Parse(text)
		if err != nil {
			mistake, ok := errors.AsType[*gate.SyntaxError](err)
			if !ok || mistake.Offset < 0 || mistake.Offset > len(text) || mistake.Text == "" {
				t.Fatalf("Parse(%q): got %#v, want a SyntaxError within the rule", text, err)
			}
			return
		}
		again, err := gate.Parse(rule.String())
		if err != nil {
			t.Fatalf("Parse(%q), the canonical form of %q: %v", rule.String(), text, err)
		}
		if diff := cmp.Diff(rule, again); diff != "" {
			t.Fatalf("%q changed by a round trip:\n%s", text, diff)
		}
	})
}
