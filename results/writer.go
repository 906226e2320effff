package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"time"

	"wabench/internal/hist"
)

// Names inside a run directory.
const (
	FileRun       = "run.json"
	FileScenario  = "scenario.yaml"
	FileEvents    = "events.ndjson"
	FileIntervals = "intervals.ndjson"
	FileReport    = "report.html"
	FileSummary   = "summary.md"
	FileJUnit     = "junit.xml"
	DirHistograms = "hdr"
	DirPlots      = "plots"
)

// Sink is where a run directory is written.
type Sink interface {
	// Append creates a file that grows while the run goes.
	Append(name string) (io.WriteCloser, error)
	// Replace writes a file whole or not at all.
	Replace(name string, write func(io.Writer) error) error
}

// Writer appends to a run directory while a run goes. It is not safe for
// concurrent use: one goroutine owns it.
type Writer struct {
	sink      Sink
	started   time.Time
	intervals io.WriteCloser
	events    io.WriteCloser
	logs      map[string]*log
	line      []byte
}

// log is one open interval log.
type log struct {
	file   io.WriteCloser
	writer *hist.LogWriter
}

// Create writes run.json as it is at the start (not complete) and the scenario
// as given, and opens the logs. Clock times in the logs count from run.Started.
func Create(sink Sink, run Run, scenario []byte) (*Writer, error) {
	w := &Writer{sink: sink, started: run.Started, logs: map[string]*log{}}
	err := sink.Replace(FileScenario, func(out io.Writer) error {
		_, err := out.Write(scenario)
		return err
	})
	if err == nil {
		err = WriteRun(sink, run)
	}
	if err == nil {
		w.intervals, err = sink.Append(FileIntervals)
	}
	if err == nil {
		w.events, err = sink.Append(FileEvents)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create run directory: %w", err), w.Close())
	}
	return w, nil
}

// WriteRun writes run.json whole or not at all.
func WriteRun(sink Sink, run Run) error {
	run.fill()
	return sink.Replace(FileRun, func(out io.Writer) error {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(run)
	})
}

// fill replaces nil collections, so that run.json has [] and {} where a reader
// expects them.
func (r *Run) fill() {
	r.Schema = Schema
	if r.Targets == nil {
		r.Targets = map[string]*Target{}
	}
	if r.Gates == nil {
		r.Gates = []Gate{}
	}
	if r.Notes == nil {
		r.Notes = []Note{}
	}
	if r.Generator.Reasons == nil {
		r.Generator.Reasons = []string{}
	}
	if r.Generator.Verdict == "" {
		r.Generator.Verdict = Valid
	}
}

// Tag returns how an interval log marks what belongs to a block.
func Tag(block int) string {
	if block == WarmupBlock {
		return "warmup"
	}
	return "b" + strconv.Itoa(block)
}

// Histogram appends one interval of a series, such as send.response, and
// creates its log at the first.
func (w *Writer) Histogram(target, series string, block int, start, end time.Duration, h *hist.Histogram) error {
	name := path.Join(DirHistograms, target+"."+series+".hlog")
	l := w.logs[name]
	if l == nil {
		file, err := w.sink.Append(name)
		if err != nil {
			return err
		}
		l = &log{file: file}
		w.logs[name] = l
		if l.writer, err = hist.NewLogWriter(file, w.started); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	at := hist.Interval{Tag: Tag(block), Start: start, End: end}
	if err := l.writer.Write(at, h); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Point appends a line to intervals.ndjson.
func (w *Writer) Point(p Point) error { return w.append(w.intervals, FileIntervals, p) }

// Event appends a line to events.ndjson.
func (w *Writer) Event(e Event) error { return w.append(w.events, FileEvents, e) }

// append writes v as one line by one Write, so that a crash cuts at most the
// last line.
func (w *Writer) append(out io.Writer, name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	w.line = append(append(w.line[:0], text...), '\n')
	if _, err := out.Write(w.line); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Close closes the logs; run.json is written by WriteRun.
func (w *Writer) Close() error {
	var errs []error
	for _, file := range []io.WriteCloser{w.intervals, w.events} {
		if file != nil {
			errs = append(errs, file.Close())
		}
	}
	for _, l := range w.logs {
		errs = append(errs, l.file.Close())
	}
	return errors.Join(errs...)
}
