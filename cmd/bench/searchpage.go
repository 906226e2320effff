package main

import (
	"path"

	"wabench/internal/search"
	"wabench/reports"
	"wabench/results"
)

// page writes the search's own report, beside search.json and the steps.
func (s *searching) page(summary search.Summary) error {
	floor, _ := toolFloor(s.env, s.options.out, summary.Environment)
	doc := reports.BuildSearch(searchPage(summary, floor))
	return folder{dir: s.dir}.Replace(results.FileReport, doc.HTML)
}

// searchPage is a summary as its page shows it.
func searchPage(s search.Summary, floor *results.Floor) reports.Search {
	out := reports.Search{
		ID: s.ID, Scenario: s.Scenario.Name, Target: s.Target, Rules: s.Rules,
		Answer: s.Answer.Headline(), Reason: s.Answer.Reason,
		Passed: s.Answer.Passed, Failed: s.Answer.Failed, From: s.From, To: s.To, Tolerance: s.Tolerance,
		MostSteps: s.MaxSteps, Hold: s.Hold, Started: s.Started, Environment: s.Environment, Floor: floor,
	}
	for _, step := range s.Steps {
		out.Steps = append(out.Steps, reports.SearchStep{
			N: step.N, Rate: step.Rate, Down: step.Direction == search.Down, Verdict: step.Verdict, Detail: step.Detail,
			Held: step.Held, Early: step.Early, Messages: step.Messages, Generator: step.Generator.Verdict,
			Page: path.Join(step.Run, results.FileReport),
		})
	}
	return out
}
