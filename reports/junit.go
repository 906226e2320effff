package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"wabench/results"
)

// The elements of JUnit XML that CI systems read.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        string          `xml:"system-out"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		Classname string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Failure   *junitProblem `xml:"failure"`
		Error     *junitProblem `xml:"error"`
		Skipped   *junitProblem `xml:"skipped"`
		Out       string        `xml:"system-out,omitempty"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// JUnit prints one test case for each gate. A failed gate is a failure, an
// invalid one an error, and an inconclusive one skipped: neither green nor red,
// since the question was not answered.
func (d *Document) JUnit(w io.Writer) error {
	run := &d.run
	suite := junitSuite{
		Name: "bench." + tidy(run.Scenario.Name), Tests: len(run.Gates), Out: d.Answer,
		Time:      strconv.FormatFloat(run.Ended.Sub(run.Started).Seconds(), 'f', 3, 64),
		Timestamp: run.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{
			{"run", tidy(run.ID)},
			{"seed", strconv.FormatUint(run.Plan.Seed, 10)},
			{"plan_sha256", tidy(run.Plan.SHA256)},
			{"generator", tidy(run.Generator.Verdict)},
			{"complete", strconv.FormatBool(run.Complete)},
		},
	}
	for _, g := range run.Gates {
		suite.add(run.Scenario.Name, g)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(junitSuites{Suites: []junitSuite{suite}}); err != nil {
		return fmt.Errorf("write JUnit XML: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// add appends a gate as a test case.
func (s *junitSuite) add(scenario string, g results.Gate) {
	c := junitCase{Name: tidy(g.Rule), Classname: strings.Trim("bench."+tidy(scenario)+"."+tidy(g.Target), "."), Time: "0"}
	problem := &junitProblem{Message: tidy(g.Observed), Type: tidy(g.Verdict), Text: tidy(g.Detail)}
	switch g.Verdict {
	case results.Pass:
		c.Out = strings.TrimSpace(tidy(g.Observed + "  " + g.Detail))
	case results.Fail:
		c.Failure = problem
		s.Failures++
	case results.Inconclusive:
		// The schema of a skipped test has a message only.
		c.Skipped = &junitProblem{Message: strings.TrimSpace("inconclusive: " + tidy(g.Observed+" "+g.Detail))}
		s.Skipped++
	default:
		c.Error = problem
		s.Errors++
	}
	s.Cases = append(s.Cases, c)
}
