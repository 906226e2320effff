package reports

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"wabench/results"
)

func textFits(t *testing.T, d *Document) {
	for _, width := range []int{60, 80, 100, 140} {
		var out bytes.Buffer
		if err := d.Text(&out, TextOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			// A table keeps its indispensable columns whatever the width.
			if n := utf8.RuneCountInString(line); n > max(width, 78) {
				t.Errorf("width %d: a line has %d characters:\n%s", width, n, line)
			}
		}
	}
}

func coloursWhereAllowed(t *testing.T, d *Document) {
	var plain, coloured bytes.Buffer
	if err := d.Text(&plain, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := d.Text(&coloured, TextOptions{Colour: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") || !strings.Contains(coloured.String(), "\x1b[31m✗") {
		t.Error("colours are there when they should not be, or missing")
	}
	if got := escape.ReplaceAllString(coloured.String(), ""); got != plain.String() {
		t.Errorf("without its colours the text differs:\n%s\nwant\n%s", got, plain.String())
	}
}

func TestVerdictJoinsGates(t *testing.T) {
	with := func(verdicts ...string) results.Run {
		run := results.Run{}
		for _, v := range verdicts {
			run.Gates = append(run.Gates, results.Gate{Verdict: v})
		}
		return run
	}
	invalid := with(results.Pass)
	invalid.Generator.Verdict = results.Invalid
	for _, c := range []struct {
		name string
		run  results.Run
		want string
	}{
		{"no gates", with(), ""},
		{"all pass", with(results.Pass, results.Pass), results.Pass},
		{"one lacks evidence", with(results.Pass, results.Inconclusive), results.Inconclusive},
		{"a failure outweighs doubt", with(results.Inconclusive, results.Fail, results.Pass), results.Fail},
		{"an invalid gate outweighs a failure", with(results.Fail, results.Invalid), results.Invalid},
		{"an invalid run never passes", invalid, results.Invalid},
	} {
		if got := verdict(&c.run); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAnswerOfAnInvalidRunQuotesNoFigure(t *testing.T) {
	rec := soak(t)
	rec.Run.Generator = results.Generator{Verdict: results.Invalid, Reasons: []string{"12 of 7,800 requests were dropped"}}
	d := build(t, rec)
	if strings.Contains(d.Answer, "ms") || !strings.Contains(d.Answer, "12 of 7,800 requests were dropped") {
		t.Errorf("got %q, want the reason and no latency", d.Answer)
	}
	if len(d.Cautions) == 0 || d.Cautions[0].Title != "The generator is invalid" {
		t.Errorf("the first caution is not about the generator: %+v", d.Cautions)
	}
}

func answerNamesContradiction(t *testing.T, d *Document) {
	got := d.Answer
	for _, want := range []string{"p95(send.response)", "worse", "p95(webhook.delivered)", "the other way round"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

func TestFakesAreNamedLoudly(t *testing.T) {
	rec := emptyRun()
	rec.Run.Complete, rec.Run.Targets["cloud"].Fake = true, "cloud-default"
	d := build(t, rec)
	if len(d.Cautions) != 1 || !strings.Contains(d.Cautions[0].Text, "Absolute milliseconds are the profile's assumptions") {
		t.Errorf("cautions are %+v, want one on the fake", d.Cautions)
	}
	rec.Run.Targets["cloud"].Fake = ""
	if d := build(t, rec); len(d.Cautions) != 0 {
		t.Errorf("a real target has cautions: %+v", d.Cautions)
	}
}

func TestShardsOfAMergedRunAreListed(t *testing.T) {
	rec := emptyRun()
	rec.Run.Shards = []results.Shard{{ID: "one", Complete: true, Generator: results.Generator{Verdict: results.Valid}}, {ID: "two", Generator: results.Generator{Verdict: results.Degraded}}}
	s, _ := build(t, rec).Section("generator")
	if len(s.Tables) != 2 || len(s.Tables[1].Rows) != 2 || s.Tables[1].Rows[1][4].Text != "cut short" {
		t.Errorf("the generator's tables are %+v, want one of both shards, the second cut", s.Tables)
	}
}

func TestThinEvidenceIsMarked(t *testing.T) {
	l := &results.Latency{Count: 399, P99: 1e9}
	if got := quantiles[3].cell(l).Text; got != "~1s" {
		t.Errorf("p99 of 399 samples prints as %s, want ~1s: 3.99 lie above it", got)
	}
	l.Count = 400
	if got := quantiles[3].cell(l).Text; got != "1s" {
		t.Errorf("p99 of 400 samples prints as %s, want 1s", got)
	}
}

func TestCostOfAMillion(t *testing.T) {
	target := &results.Target{CostPerMsg: "0.005 USD", CostPerHour: "3.60 USD", Ops: map[string]*results.Op{"send": {Rate: 100}}}
	cells := costRow("cloud", target)
	// 1e6/100 s are 2.78 h: 5000 + 2.7778·3.60 = 5010.
	if got := cells[5].Text; got != "5010.00 USD" {
		t.Errorf("a million cost %s, want 5010.00 USD", got)
	}
	target.CostPerHour = "3.60 EUR"
	if got := costRow("cloud", target)[5].Text; got != none {
		t.Errorf("dollars and euros add up to %s", got)
	}
	if costRow("cloud", &results.Target{Ops: target.Ops}) != nil {
		t.Error("a target without prices has a cost")
	}
}

func junitCountsCases(t *testing.T, d *Document) {
	var out bytes.Buffer
	if err := d.JUnit(&out); err != nil {
		t.Fatal(err)
	}
	var got junitSuites
	if err := xml.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	s := got.Suites[0]
	if s.Tests != 3 || s.Failures != 1 || s.Errors != 0 || s.Skipped != 1 || len(s.Cases) != 3 {
		t.Errorf("got %d tests with %d failures, %d errors and %d skipped; want 3, 1, 0, 1", s.Tests, s.Failures, s.Errors, s.Skipped)
	}
}

func TestWordsForNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{count(1234567), "1,234,567"},
		{count(-1234), "-1,234"},
		{count(999), "999"},
		{ratio(1.1), "+10%"},
		{ratio(0.97), "-3.0%"},
		{ratio(10.2), "10.2×"},
		{ratio(1), "±0%"},
		{ratio(0.0188), "-98.1%"},
		{ratios(1.1, [2]float64{1.05, 1.15}), "+5.0% to +15%"},
		{ratios(3, [2]float64{2.5, 3.5}), "2.5×–3.5×"},
		{signed(-0.004), "±0"},
		{plural(1, "pair"), "1 pair"},
		{plural(0, "pair"), "0 pairs"},
		{list([]string{"a", "b", "c"}), "a, b and c"},
		{sentence("done"), "Done."},
		{share(1, 0), none},
		{tidy("a\x1b[2Jb\nc"), "a [2Jb c"},
		{clip("abcdef", 4), "abc…"},
		{markdown("a|b <i> @x"), "a\\|b &lt;i&gt; &#64;x"},
		{codeTitle("cloud", "131026"), "Message undeliverable"},
		{codeTitle("onprem", "1015"), "Too many requests"},
		{codeTitle("cloud", "nonsense"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
