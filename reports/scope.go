package reports

import (
	"fmt"
	"strings"

	"wabench/results"
)

// scopeSection says what the run measured and what nobody may conclude from it.
func scopeSection(run *results.Run, targets []string) Section {
	s := Section{ID: "scope", Title: "What this measures, and what it does not"}
	s.Text = append(s.Text,
		"Three latencies are kept apart: request to HTTP answer, request to the sent webhook, and request to the delivered webhook. The platform's own published latency is none of these exactly: it runs from its receipt of a request to the message being ready to transmit.",
		"Latencies are of all requests, however they ended; those of each class of failure also have histograms of their own. A fast refusal is a fast answer, so read the outcomes first.",
		"Where a status webhook is missing, the report says lost, not undelivered: it can only see what it was told.")
	if fakes := fakeNames(run, targets); len(fakes) > 0 {
		s.Text = append(s.Text, fmt.Sprintf("For %s, which %s bundled with this tool, milliseconds come from the profile: the shape (where it is flat, where errors begin, where a backlog grows) is modelled on published limits, the absolute values are assumptions. Nothing here is a measurement of the real platform.",
			list(fakes), isOrAre(len(fakes))))
	}
	if closed(run.Plan.Stages) {
		s.Text = append(s.Text, "The closed model hides waiting: users who would have arrived during a stall do not exist. Use it to find a limit, not to promise a latency.")
	} else {
		s.Text = append(s.Text, "The open model counts from the moment a request was due, so a stall is charged to every request that had to wait for it.")
	}
	return s
}

// fakeNames lists the targets that are bundled fakes, with their profiles.
func fakeNames(run *results.Run, targets []string) []string {
	var names []string
	for _, name := range targets {
		if fake := run.Targets[name].Fake; fake != "" {
			names = append(names, tidy(name)+" (profile "+tidy(fake)+")")
		}
	}
	return names
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func fakeWords(n int) string {
	if n == 1 {
		return "a bundled fake"
	}
	return "bundled fakes"
}

// cautions are the doubts that must be read before any figure.
func cautions(rec *results.Record, targets []string) []Caution {
	run := &rec.Run
	var all []Caution
	if !run.Complete {
		all = append(all, Caution{
			Mood: Bad, Title: "This run was cut short",
			Text: "What follows covers what was recorded up to the last whole interval" + until(rec) + ".", Advice: "Treat totals as a lower bound and the gates as provisional.",
		})
	}
	if g := run.Generator; g.Verdict == results.Invalid || g.Verdict == results.Degraded {
		reasons := make([]string, len(g.Reasons))
		for i, reason := range g.Reasons {
			reasons[i] = sentence(tidy(reason))
		}
		c := Caution{Mood: generatorMood(g.Verdict), Title: "The generator is " + g.Verdict, Text: strings.Join(reasons, " ")}
		if len(reasons) == 0 { // each reason has its own
			c.Advice = "Lower the rate, use a bigger or quieter machine, or share the load over several."
		}
		all = append(all, c)
	}
	if fakes := fakeNames(run, targets); len(fakes) > 0 {
		all = append(all, Caution{
			Mood: Warn, Title: "Answered by " + fakeWords(len(fakes)) + ", not by the real platform",
			Text:   "Bundled with this tool: " + list(fakes) + ". Absolute milliseconds are the profile's assumptions; only the shape (flat, error cliff, growing backlog) rests on published limits.",
			Advice: "Do not quote these latencies as the platform's.",
		})
	}
	if m := model(run.Plan.Stages); m != "open model" {
		all = append(all, Caution{
			Mood: Warn, Title: "Load of the " + m,
			Text: "Closed stages have no due times, hence no response clock: a slow target slows its own load.", Advice: "Do not compare these latencies with an open run's.",
		})
	}
	return all
}

// until says how far a cut run's record reaches.
func until(rec *results.Record) string {
	end := lastMoment(rec.Points)
	if end == 0 {
		return ""
	}
	return " (" + end.String() + " into the run)"
}
