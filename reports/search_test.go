package reports

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"wabench/results"
)

// aSearch found the limit between 78.9/s and 80.1/s.
func aSearch() Search {
	s := Search{
		ID: "0199c0de-0000-7000-8000-000000000002", Scenario: "otp-steady", Target: "cloud",
		Rules:  []string{"throttle_rate(send) <= 1%", "p99(send.response) < 2s"},
		Answer: "highest rate: 79.5/s (78.9/s passed, 80.1/s did not)", Passed: 78.9, Failed: 80.1, From: 10, To: 5000,
		Tolerance: 0.02, MostSteps: 12, Hold: 10 * time.Second, Started: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		Environment: results.Environment{Version: "v1.0.0", Go: "go1.26.0", OS: "linux", Arch: "amd64", CPUs: 2, Host: "lab", Command: "bench search otp-steady"},
	}
	for i, try := range []struct {
		rate    float64
		verdict string
		down    bool
	}{
		{10, results.Pass, false},
		{63, results.Pass, false},
		{397, results.Fail, false},
		{158, results.Fail, false},
		{80.1, results.Inconclusive, false},
		{78.9, results.Pass, true},
		{80.1, results.Fail, false},
	} {
		s.Steps = append(s.Steps, SearchStep{
			N: i + 1, Rate: try.rate, Down: try.down, Verdict: try.verdict, Detail: "throttle_rate(send) <= 1%: 0%",
			Held: 10 * time.Second, Early: try.verdict == results.Fail, Messages: 1234, Generator: results.Valid, Page: "step/report.html",
		})
	}
	return s
}

func TestSearchPageShowsIntervalStepsAndRules(t *testing.T) {
	s := aSearch()
	var b bytes.Buffer
	if err := BuildSearch(s).HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"Highest rate: 79.5/s", "78.9/s", "80.1/s", "±0.755%", "throttle_rate(send) &lt;= 1%", "p99(send.response) &lt; 2s", "7 of at most 12",
		"from an overload", `<a href="step/report.html">open</a>`, "✗\u00a0fail", "10s, then decided", "bench search otp-steady", "<svg",
		"78.9/s to 80.1/s", "could not be shown to pass", "not known; &#39;bench calibrate&#39; measures it", "Search 0199c0de",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if strings.Contains(page, "generator was the limit") {
		t.Error("the figure names an outcome that no step had")
	}
}

// A search that ended before its first step, or knows one end only, has a page
// all the same.
func TestSearchPagesOfOtherAnswers(t *testing.T) {
	for name, change := range map[string]func(*Search){
		"no step":     func(s *Search) { s.Steps, s.Passed, s.Failed = nil, 0, 0 },
		"passed only": func(s *Search) { s.Steps, s.Failed = s.Steps[:2], 0 },
		"failed only": func(s *Search) { s.Steps, s.Passed = s.Steps[2:3], 0 },
		"a reason":    func(s *Search) { s.Reason = "no step was left" },
		"hostile":     func(s *Search) { s.Target, s.Steps[0].Page = "<img src=x>", "javascript:alert(1)" },
	} {
		s := aSearch()
		change(&s)
		var b bytes.Buffer
		doc := BuildSearch(s)
		if err := doc.HTML(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(b.String(), "<img") || strings.Contains(b.String(), "javascript:") {
			t.Errorf("%s: the page carries what it was given as code", name)
		}
		if (len(doc.Figures()) == 0) != (len(s.Steps) == 0) {
			t.Errorf("%s: %d figures of %d steps", name, len(doc.Figures()), len(s.Steps))
		}
		if got := strings.Contains(b.String(), "No step was left"); got != (s.Reason != "") {
			t.Errorf("%s: reason said: %v", name, got)
		}
	}
}
