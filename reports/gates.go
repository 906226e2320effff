package reports

import (
	"wabench/results"
)

// gatesSection shows every rule with its verdict and evidence.
func gatesSection(run *results.Run) (Section, bool) {
	if len(run.Gates) == 0 {
		return Section{}, false
	}
	t := Table{Caption: "Every rule with its verdict and evidence", Columns: columns("rule", "verdict", "target", "observed", "evidence")}
	for _, g := range run.Gates {
		cells := row(tidy(g.Rule), mark(g.Verdict)+"\u00a0"+tidy(g.Verdict), tidy(g.Target), tidy(g.Observed), tidy(g.Detail))
		cells[1].Mood = gateMood(g.Verdict)
		t.add(cells...)
	}
	return Section{ID: "gates", Title: "Gates", Text: []string{verdictMeaning(verdict(run))}, Tables: []Table{t}}, true
}

// mark is a verdict as one character, so that colour is never needed.
func mark(verdict string) string {
	switch verdict {
	case results.Pass:
		return "✓"
	case results.Fail:
		return "✗"
	case results.Inconclusive:
		return "?"
	}
	return "!"
}

func gateMood(verdict string) Mood {
	switch verdict {
	case results.Pass:
		return Good
	case results.Inconclusive:
		return Warn
	}
	return Bad
}

// verdictTitle is the joint verdict as a headline.
func verdictTitle(verdict string) string {
	switch verdict {
	case results.Pass:
		return "every gate passed"
	case results.Fail:
		return "a gate failed"
	case results.Inconclusive:
		return "inconclusive"
	case results.Invalid:
		return "run invalid"
	}
	return "no gates"
}

// verdictMeaning says what follows from the joint verdict.
func verdictMeaning(verdict string) string {
	switch verdict {
	case results.Pass:
		return "Every rule held, each with its evidence."
	case results.Fail:
		return "At least one rule was broken beyond its uncertainty."
	case results.Inconclusive:
		return "No rule was broken, but at least one lacks the evidence to say that it held; this is not a pass."
	}
	return "The run cannot be judged: a verdict about the targets would be one about this machine."
}
