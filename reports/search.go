package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// Search is a search for the highest rate that meets rules, as its page shows
// it. Rates are per second; 0 stands for none.
type Search struct {
	ID, Scenario, Target string
	Rules                []string
	// Answer is what was found, in words, and Reason why it is no better.
	Answer, Reason string
	// Passed is the highest rate that passed, Failed the lowest that did not.
	Passed, Failed float64
	From, To       float64
	Tolerance      float64
	MostSteps      int
	Hold           time.Duration // the least
	Steps          []SearchStep
	Started        time.Time
	Environment    results.Environment
	Floor          *results.Floor
}

// SearchStep is one rate that was tried.
type SearchStep struct {
	N    int
	Rate float64
	// Down says that the rate was come to from an overload.
	Down            bool
	Verdict, Detail string
	Held            time.Duration
	Early           bool
	Messages        int64
	Generator       string
	// Page is where the step's own report is, beside the search's.
	Page string
}

// BuildSearch makes the page of a search.
func BuildSearch(s Search) *Document {
	d := &Document{
		Title: tidy(s.Scenario) + ": highest rate of " + tidy(s.Target),
		Tested: fmt.Sprintf("Rates from %s to %s were tried on %s, each held for %s at least, until the middle of the interval was within %s of its ends.",
			exactRate(s.From), exactRate(s.To), tidy(s.Target), units.FormatDuration(s.Hold), units.Percent(s.Tolerance)),
		Answer: sentence(tidy(s.Answer)),
		footer: fmt.Sprintf("Search %s. A rate passed if every rule was shown to hold; one that could not be shown to did not.", tidy(s.ID)),
	}
	if s.Reason != "" {
		d.Cautions = append(d.Cautions, Caution{Mood: Warn, Title: "Why it is no better", Text: sentence(tidy(s.Reason))})
	}
	if len(s.Steps) > 0 {
		d.figures = []Figure{s.figure()}
	}
	d.Sections = d.keepFigures([]Section{s.interval(), s.tried(), s.method(), s.environment()})
	return d
}

// exactRate prints a rate so that neighbours in a search can be told apart.
func exactRate(r float64) string { return strconv.FormatFloat(r, 'g', 6, 64) + "/s" }

// interval says between which rates the answer lies.
func (s Search) interval() Section {
	t := Table{Caption: "The interval of the answer", Columns: columns("what", "value")}
	orNone := func(r float64) string {
		if r == 0 {
			return none
		}
		return exactRate(r)
	}
	t.add(Cell{Text: "highest rate that passed"}, Cell{Text: orNone(s.Passed), Mood: moodIf(s.Passed > 0, Good)})
	t.add(Cell{Text: "lowest rate that did not"}, Cell{Text: orNone(s.Failed), Mood: moodIf(s.Failed > 0, Bad)})
	if s.Passed > 0 && s.Failed > 0 {
		middle := (s.Passed + s.Failed) / 2
		t.add(row("middle, and how far its ends are", fmt.Sprintf("%.4g/s, ±%s", middle, units.Percent((s.Failed-s.Passed)/2/middle)))...)
	}
	for i, rule := range s.Rules {
		name := ""
		if i == 0 {
			name = "rules to meet"
		}
		t.add(row(name, tidy(rule))...)
	}
	t.add(row("steps taken", fmt.Sprintf("%d of at most %d", len(s.Steps), s.MostSteps))...)
	return Section{ID: "interval", Title: "Where the limit lies", Tables: []Table{t}}
}

// tried lists the steps in order, each with the way to its own report.
func (s Search) tried() Section {
	t := Table{Caption: "Every rate that was tried, in order", Columns: columns(">step", ">rate", "come to", "verdict", "what decided it", ">held", ">messages", "generator", "report")}
	for _, step := range s.Steps {
		held := units.FormatDuration(step.Held)
		if step.Early {
			held += ", then decided"
		}
		come := "from below"
		if step.Down {
			come = "from an overload"
		}
		cells := row(strconv.Itoa(step.N), exactRate(step.Rate), come, mark(step.Verdict)+"\u00a0"+tidy(step.Verdict),
			tidy(step.Detail), held, count(step.Messages), tidy(step.Generator), "open")
		cells[3].Mood, cells[7].Mood, cells[8].Link = gateMood(step.Verdict), generatorMood(step.Generator), step.Page
		t.add(cells...)
	}
	return Section{ID: "steps", Title: "Rates tried", Figures: []string{"search"}, Tables: []Table{t}}
}

// method says how a search decides, for those who doubt its answer.
func (s Search) method() Section {
	return Section{ID: "method", Title: "How it was decided", Text: []string{
		"The rate was raised by a constant factor until one did not pass; then the gap between the highest that passed and the lowest that did not was halved, in logarithms.",
		"Each step is a run of its own, judged by the rules with confidence, and ended early once it was certain to pass or to fail; the risk of an error is divided over the looks at it.",
		"At the end the rate that did not pass was tried again, and from that overload the rate that passed: a target that holds a rate on the way up but not after an overload has hysteresis, and the answer is then the rate it holds in both cases.",
	}}
}

func (s Search) environment() Section {
	e := s.Environment
	t := Table{Caption: "Environment", Columns: columns("what", "value")}
	for _, pair := range slices.Concat([][2]string{
		{"search", s.ID},
		{"started", s.Started.UTC().Format("2006-01-02 15:04:05 MST")},
	}, environmentRows(e), [][2]string{
		{"tool floor", floorWords(s.Floor)},
	}) {
		t.add(row(pair[0], tidy(pair[1]))...)
	}
	return Section{ID: "environment", Title: "Environment, and how to repeat this", Tables: []Table{t}, Code: tidy(e.Command)}
}

// figure draws the rates in the order in which they were tried.
func (s Search) figure() Figure {
	panel := Panel{Y: Axis{Label: "rate tried, logarithmic", Unit: PerSecond, Scale: Log}, Height: 260}
	way := Series{Name: "order", Kind: Line, Tone: Plan, Width: 0.8, Dash: Dash{2, 2.5}}
	outcomes := []struct {
		verdict string
		series  Series
	}{
		{results.Pass, Series{Name: "passed", Kind: Dots, Tone: "target-2", Marker: Circle}},
		{results.Fail, Series{Name: "failed", Kind: Dots, Tone: Danger, Marker: Cross}},
		{results.Inconclusive, Series{Name: "could not be shown to pass", Kind: Dots, Tone: Alarm, Marker: Triangle}},
		{results.Invalid, Series{Name: "the generator was the limit", Kind: Dots, Tone: Faint, Marker: Square}},
	}
	for _, step := range s.Steps {
		x := float64(step.N)
		way.X, way.Y = append(way.X, x), append(way.Y, step.Rate)
		for i := range outcomes {
			if o := &outcomes[i]; o.verdict == step.Verdict {
				o.series.X, o.series.Y = append(o.series.X, x), append(o.series.Y, step.Rate)
			}
		}
	}
	panel.Series = []Series{way}
	for _, o := range outcomes {
		if len(o.series.X) > 0 {
			panel.Series = append(panel.Series, o.series)
		}
	}
	panel.Rules = s.rules()
	return Figure{
		Name: "search", Title: "Rates tried, and what came of them", Subtitle: sentence(tidy(s.Answer)),
		Alt: fmt.Sprintf("Steps 1 to %d of the search by rate, each marked as passed or not; the highest that passed is %s, the lowest that did not %s.",
			len(s.Steps), exactRate(s.Passed), exactRate(s.Failed)),
		X: Axis{Label: "step", Unit: Count, Scale: Linear, Min: 0.5, Max: float64(len(s.Steps)) + 0.5}, Panels: []Panel{panel},
	}
}

// rules are the ends of the interval: one line with a band between them where
// both are known.
func (s Search) rules() []Rule {
	switch {
	case s.Passed > 0 && s.Failed > 0:
		return []Rule{{
			At: math.Sqrt(s.Passed * s.Failed), Band: math.Sqrt(s.Failed/s.Passed) - 1,
			Label: exactRate(s.Passed) + " to " + exactRate(s.Failed),
		}}
	case s.Passed > 0:
		return []Rule{{At: s.Passed, Label: exactRate(s.Passed) + " passed"}}
	case s.Failed > 0:
		return []Rule{{At: s.Failed, Label: exactRate(s.Failed) + " did not"}}
	}
	return nil
}
