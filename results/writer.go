package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
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
	encoder   hist.Encoder // of all logs
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
	return sink.Replace(FileRun, func(out io.Writer) error { return encodeRun(out, run) })
}

// encodeRun writes run.json.
func encodeRun(w io.Writer, run Run) error {
	run = run.clone()
	run.fill()
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(run)
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
	if err := checkNames(target, series); err != nil {
		return err
	}
	name := logName(target, series)
	l := w.logs[name]
	if l == nil {
		file, err := w.sink.Append(name)
		if err != nil {
			return err
		}
		l = &log{file: file}
		w.logs[name] = l
		if l.writer, err = hist.NewLogWriter(file, w.started, &w.encoder); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	at := hist.Interval{Tag: Tag(block), Start: start, End: end}
	if err := l.writer.Write(at, h); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// checkNames refuses names that could not be read back from a log's name, or
// that lead out of the directory. The target's ends at the first dot.
func checkNames(target, series string) error {
	if target == "" || strings.ContainsAny(target, ".") || !fs.ValidPath(logName(target, series)) ||
		strings.ContainsAny(target+series, `/\`) || strings.Trim(series, ".") != series || series == "" {
		return fmt.Errorf("%q of target %q cannot name a log: use letters, digits, - and _", series, target)
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

// WriteRecord writes a record as a run directory, whatever it was made from:
// opened, merged or filled in memory. run.json is complete only when all the
// rest is written.
func WriteRecord(sink Sink, rec *Record) error {
	pending := rec.Run
	pending.Complete = false
	w, err := Create(sink, pending, rec.Scenario)
	if err != nil {
		return err
	}
	if err := errors.Join(w.record(rec), w.Close()); err != nil {
		return err
	}
	return WriteRun(sink, rec.Run)
}

// record appends all that a record holds.
func (w *Writer) record(rec *Record) error {
	for _, target := range slices.Sorted(maps.Keys(rec.series)) {
		for _, series := range rec.Series(target) {
			if err := w.series(rec, target, series); err != nil {
				return err
			}
		}
	}
	for _, p := range rec.Points {
		if err := w.Point(p); err != nil {
			return err
		}
	}
	for _, e := range rec.Events {
		if err := w.Event(e); err != nil {
			return err
		}
	}
	return nil
}

// series appends the intervals of one series.
func (w *Writer) series(rec *Record, target, series string) error {
	h := hist.New()
	return rec.each(target, series, func(at span, add func(*hist.Histogram) error) error {
		h.Reset()
		if err := add(h); err != nil {
			return err
		}
		return w.Histogram(target, series, at.block, at.start, at.end, h)
	})
}
