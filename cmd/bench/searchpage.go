package main

import (
	"fmt"
	"path"
	"path/filepath"

	"wabench/internal/search"
	"wabench/reports"
	"wabench/results"
)

// page writes the search's own report, beside search.json and the steps.
func (s *searching) page(summary search.Summary) error {
	return folder{dir: s.dir}.Replace(results.FileReport, searchPage(summary).HTML)
}

// openSearch opens the directory of a search.
func openSearch(e env, dir string) (s search.Summary, err error) {
	text, err := e.disk.read(filepath.Join(dir, search.File), fileLimit)
	if err == nil {
		s, err = search.Read(text)
	}
	if err != nil {
		return s, failure("", fmt.Errorf("%s: %s", dir, cleanError(err)))
	}
	return s, nil
}

// searchPage is the page of a summary.
func searchPage(s search.Summary) *reports.Document {
	out := reports.Search{
		ID: s.ID, Scenario: s.Scenario.Name, Target: s.Target, Rules: s.Rules,
		Answer: s.Answer.Headline(), Reason: s.Answer.Reason,
		Passed: s.Answer.Passed, Failed: s.Answer.Failed, From: s.From, To: s.To, Tolerance: s.Tolerance,
		MostSteps: s.MaxSteps, Hold: s.Hold, Started: s.Started, Environment: s.Environment, Floor: s.Floor,
	}
	for _, step := range s.Steps {
		out.Steps = append(out.Steps, reports.SearchStep{
			N: step.N, Rate: step.Rate, Down: step.Direction == search.Down, Verdict: step.Verdict, Detail: step.Detail,
			Held: step.Held, Early: step.Early, Messages: step.Messages, Generator: step.Generator.Verdict,
			Page: path.Join(step.Run, results.FileReport),
		})
	}
	return reports.BuildSearch(out)
}
