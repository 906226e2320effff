package search

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"wabench/results"
)

// File is the name of a search's summary, beside the directories of its steps.
const File = "search.json"

// Schema is the version of search.json.
const Schema = 1

// Summary is search.json: what was asked, what each step came to, and the
// answer. Rates are per second.
type Summary struct {
	Schema      int                 `json:"schema"`
	ID          string              `json:"id"`
	Scenario    results.ScenarioRef `json:"scenario"`
	Target      string              `json:"target"`
	Rules       []string            `json:"rules"`
	Seed        uint64              `json:"seed"`
	From        float64             `json:"from"`
	To          float64             `json:"to"`
	Tolerance   float64             `json:"tolerance"`
	MaxSteps    int                 `json:"max_steps"`
	Hold        time.Duration       `json:"hold_ns"` // the least
	Started     time.Time           `json:"started"`
	Ended       time.Time           `json:"ended"`
	Complete    bool                `json:"complete"`
	Environment results.Environment `json:"environment"`
	// Floor is what the tool itself adds on this machine; nil is not known.
	Floor  *results.Floor `json:"floor,omitempty"`
	Answer Answer         `json:"answer"`
	Steps  []StepSummary  `json:"steps"`
}

// StepSummary is what one step came to.
type StepSummary struct {
	N         int       `json:"n"`
	Rate      float64   `json:"rate"`
	Direction Direction `json:"direction"`
	Verdict   string    `json:"verdict"` // pass, fail, inconclusive, invalid
	// Detail is the rule that decided, with what was observed.
	Detail string `json:"detail"`
	// Run is the directory of the step, beside search.json.
	Run      string        `json:"run"`
	Messages int64         `json:"messages"` // sent
	Hold     time.Duration `json:"hold_ns"`  // planned at most
	Held     time.Duration `json:"held_ns"`
	// Early says that the step was decided before the planned end.
	Early     bool              `json:"early,omitempty"`
	Gates     []results.Gate    `json:"gates"`
	Generator results.Generator `json:"generator"`
}

// Write writes a summary as search.json, whole or not at all.
func (s Summary) Write(sink results.Sink) error {
	return sink.Replace(File, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(s)
	})
}

// Read reads search.json.
func Read(text []byte) (Summary, error) {
	var s Summary
	if err := json.Unmarshal(text, &s); err != nil {
		return Summary{}, fmt.Errorf("read %s: %w", File, err)
	}
	if s.Schema != Schema {
		return Summary{}, fmt.Errorf("%s has schema %d, this version reads %d", File, s.Schema, Schema)
	}
	return s, nil
}
