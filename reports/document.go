// Package reports turns a run directory into something to read: Build makes a
// Document of sections, tables and figures, which prints itself as a web page,
// Markdown, JUnit XML, plain text for a terminal, PNG and SVG. Output depends on
// the record alone, so the same run always gives the same bytes.
package reports

import (
	"wabench/results"
)

// Document is a report before it has a form: the answer first, then the
// evidence. Every printer says the same things in the same order.
type Document struct {
	// Title is the scenario's name.
	Title string
	// Tested says in one sentence what was tested.
	Tested string
	// Verdict is the gates' joint verdict as results spells it, or empty when
	// there are no gates and the generator did its work.
	Verdict string
	// Answer is the run's result in a sentence or two.
	Answer string
	// Cautions are what a reader must know before believing a figure.
	Cautions []Caution
	Sections []Section

	run     results.Run
	figures []Figure
	footer  string // of the page; empty for that of a run
}

// Mood says how a cell or a caution is meant, whatever the medium's colours.
type Mood string

// The moods.
const (
	Plain Mood = ""
	Good  Mood = "good"
	Bad   Mood = "bad"
	Warn  Mood = "warn"
	Muted Mood = "muted"
)

// Caution is a warning about the worth of the whole report.
type Caution struct {
	Mood   Mood
	Title  string
	Text   string
	Advice string
}

// Section is one question the report answers.
type Section struct {
	// ID is the section's anchor in the page.
	ID    string
	Title string
	// Text is the section's paragraphs, above its tables.
	Text []string
	// Figures names the figures of this section, in order.
	Figures []string
	Tables  []Table
	// Code is shown as typed: commands to repeat the run.
	Code string
}

// Figures returns the charts that apply to this run, the most telling first.
func (d *Document) Figures() []Figure { return d.figures }

// Section returns the section with the given anchor and whether there is one.
func (d *Document) Section(id string) (Section, bool) {
	for _, s := range d.Sections {
		if s.ID == id {
			return s, true
		}
	}
	return Section{}, false
}

// figure returns the figure with the given name and whether there is one.
func (d *Document) figure(name string) (Figure, bool) {
	for _, f := range d.figures {
		if f.Name == name {
			return f, true
		}
	}
	return Figure{}, false
}
