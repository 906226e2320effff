package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"wabench/internal/compare"
	"wabench/internal/gate"
	"wabench/internal/load"
	"wabench/reports"
	"wabench/results"
)

// finish turns what a run left into run.json and reports, prints the answer,
// and returns the exit code.
func (x execution) finish(folder folder, dir string, run results.Run, report load.Report, interrupted bool) error {
	report.Complete(&run, x.stage.correlator)
	if err := results.WriteRun(folder, run); err != nil {
		return failure("", err)
	}
	rec, err := results.Open(x.env.disk.open(dir))
	if err != nil {
		return failure("", err)
	}
	if err := judge(rec, x.plan.Gates, x.baseline); err != nil {
		return failure("", err)
	}
	rec.Run.Notes = append(rec.Run.Notes, precisionMissed(rec, x.plan.Until)...)
	if report.Aborted != "" {
		rec.Run.Notes = append(rec.Run.Notes, results.Note{
			Code: "aborted", Text: "the run was ended early: " + report.Aborted,
			Advice: "the rule has abort: true; look at errors over time for when it began",
		})
	}
	if err := results.WriteRun(folder, rec.Run); err != nil {
		return failure("", err)
	}
	doc, err := writeReports(folder, rec)
	if err != nil {
		return failure("", err)
	}
	if err := x.answer(doc, rec, dir); err != nil {
		return failure("", err)
	}
	if interrupted {
		say(x.env.stderr, false, "bench: interrupted; %s holds what was measured until then", dir)
		return exitWith(exitInterrupted)
	}
	if tellDiffers(x.env, x.baseline, rec) {
		return exitWith(exitInvalid)
	}
	return exitWith(gate.Exit(rec.Run.Gates, rec.Run.Generator))
}

// judge fills a record's figures, comparison, gates and notes.
func judge(rec *results.Record, rules []gate.Rule, baseline compare.Side) error {
	rec.TrimWarmup()
	if err := rec.Summarize(); err != nil {
		return err
	}
	plan := rec.Run.Plan
	if plan.Base != "" {
		comparison, err := compare.Targets(rec, plan.Base, plan.Head, compare.Options{Seed: plan.Seed, Gating: gatingMetrics(rules)})
		if err != nil {
			return err
		}
		rec.Run.Comparison = &comparison
	}
	rec.Run.Gates = gate.JudgeAgainst(rules, rec, baseline)
	rec.Run.Notes = append(rec.Run.Notes, notes(rec)...)
	return nil
}

// writeReports writes the page, the plots, and with gates the summary and
// JUnit files.
func writeReports(folder folder, rec *results.Record) (*reports.Document, error) {
	doc, err := reports.Build(rec)
	if err != nil {
		return nil, err
	}
	files := map[string]func(io.Writer) error{results.FileReport: doc.HTML}
	for _, figure := range doc.Figures() {
		files[path.Join(results.DirPlots, figure.Name+".png")] = func(w io.Writer) error { return figure.PNG(w, plotScale) }
	}
	if len(rec.Run.Gates) > 0 {
		files[results.FileSummary] = doc.Summary
		files[results.FileJUnit] = doc.JUnit
	}
	var group errgroup.Group
	// Painting takes most of the time, and a good part of it goes into the memory
	// that each painter needs: a few figures are one's work.
	group.SetLimit(min(runtime.GOMAXPROCS(0), 1+len(doc.Figures())/5))
	for name, write := range files {
		group.Go(func() error { return folder.Replace(name, write) })
	}
	return doc, group.Wait()
}

// plotScale gives plots twice the pixels of a page, for sharp screens.
const plotScale = 2

// answer prints what was measured and where the report is.
func (x execution) answer(doc *reports.Document, rec *results.Record, dir string) error {
	return x.env.output(x.options.output, func(w io.Writer) error {
		if x.options.json {
			return writeRunJSON(w, rec.Run)
		}
		width, _ := x.env.terminal()
		if err := doc.Text(w, reports.TextOptions{Width: width, Colour: x.env.colour(false)}); err != nil {
			return err
		}
		if err := printAgainst(w, x.baseline, rec); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "\nreport: %s\n", filepath.Join(dir, results.FileReport))
		return err
	})
}

// printAgainst prints what differs from the baseline, target by target.
func printAgainst(w io.Writer, baseline compare.Side, rec *results.Record) error {
	if baseline.Record == nil || len(baselineDiffers(baseline, rec)) > 0 {
		return nil
	}
	for _, name := range targetNames(rec) {
		base := compare.Side{Record: baseline.Record, Target: cmp.Or(baseline.Target, name), Name: "baseline"}
		if base.Record.Run.Targets[base.Target] == nil {
			continue
		}
		c, err := compare.Runs(base, compare.Side{Record: rec, Target: name, Name: name}, compare.Options{Seed: rec.Run.Plan.Seed})
		if err != nil {
			return err
		}
		fmt.Fprintln(w)
		if err := printDeltas(w, c); err != nil {
			return err
		}
	}
	return nil
}

// writeRunJSON prints run.json.
func writeRunJSON(w io.Writer, run results.Run) error {
	return results.WriteRun(stream{w}, run)
}

// stream is a Sink whose only file goes to a writer.
type stream struct{ w io.Writer }

func (s stream) Append(string) (io.WriteCloser, error) { return nil, errors.ErrUnsupported }

func (s stream) Replace(_ string, write func(io.Writer) error) error { return write(s.w) }
