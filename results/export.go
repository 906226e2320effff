package results

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
)

// Exporter writes a record in one format.
type Exporter func(*Record, io.Writer) error

// Exporters returns the formats that need no more than a record, by name.
func Exporters() map[string]Exporter {
	return map[string]Exporter{
		"csv":         (*Record).ExportCSV,
		"json":        (*Record).ExportJSON,
		"openmetrics": (*Record).ExportOpenMetrics,
	}
}

// ExportJSON writes run.json.
func (r *Record) ExportJSON(w io.Writer) error { return encodeRun(w, r.Run) }

// csvColumns are the columns of ExportCSV, with their units in their names.
var csvColumns = []struct {
	name string
	of   func(Point) string
}{
	{"start_s", func(p Point) string { return decimal(p.Start.Seconds()) }},
	{"end_s", func(p Point) string { return decimal(p.End.Seconds()) }},
	{"target", func(p Point) string { return p.Target }},
	{"op", func(p Point) string { return p.Op }},
	{"block", func(p Point) string { return Tag(p.Block) }},
	{"load_s", func(p Point) string { return decimal(p.Load.Seconds()) }},
	{"planned", func(p Point) string { return integer(p.Planned) }},
	{"sent", func(p Point) string { return integer(p.Sent) }},
	{"dropped", func(p Point) string { return integer(p.Dropped) }},
	{"in_flight", func(p Point) string { return integer(p.InFlight) }},
	{"p50_ms", func(p Point) string { return millis(p.P50) }},
	{"p95_ms", func(p Point) string { return millis(p.P95) }},
	{"p99_ms", func(p Point) string { return millis(p.P99) }},
	{"max_ms", func(p Point) string { return millis(p.Max) }},
}

// csvStates are the webhook states that have a column.
var csvStates = []whatsapp.State{whatsapp.StateSent, whatsapp.StateDelivered, whatsapp.StateRead, whatsapp.StateFailed}

// ExportCSV writes the intervals as rows under a header that names the units:
// what each operation of each target did in each second.
func (r *Record) ExportCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	var header []string
	for _, column := range csvColumns {
		header = append(header, column.name)
	}
	for _, class := range whatsapp.Classes() {
		header = append(header, class.String())
	}
	for _, state := range csvStates {
		header = append(header, "webhook_"+string(state))
	}
	_ = out.Write(append(header, "codes")) // errors stick until out.Error
	for _, p := range r.Points {
		_ = out.Write(csvRow(p))
	}
	out.Flush()
	return out.Error()
}

func csvRow(p Point) []string {
	var row []string
	for _, column := range csvColumns {
		row = append(row, column.of(p))
	}
	for _, class := range whatsapp.Classes() {
		row = append(row, integer(p.Outcomes[class.String()]))
	}
	for _, state := range csvStates {
		row = append(row, integer(p.Statuses[string(state)]))
	}
	var codes []string
	for code, n := range p.Codes {
		codes = append(codes, code+":"+integer(n))
	}
	slices.Sort(codes)
	return append(row, strings.Join(codes, " "))
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func integer(n int64) string { return strconv.FormatInt(n, 10) }

func millis(d time.Duration) string { return decimal(float64(d) / float64(time.Millisecond)) }

// ExportLog writes the interval log of one series, as the run directory has it.
func (r *Record) ExportLog(w io.Writer, target, series string) error {
	log, err := r.newLog(w, target, series)
	if err != nil {
		return err
	}
	h := hist.New()
	return r.each(target, series, func(at span, add func(*hist.Histogram) error) error {
		h.Reset()
		if err := add(h); err != nil {
			return err
		}
		return log.Write(hist.Interval{Tag: Tag(at.block), Start: at.start, End: at.end}, h)
	})
}

// ExportTotal writes a log of one interval: a series over the whole run without
// warm-up.
func (r *Record) ExportTotal(w io.Writer, target, series string) error {
	log, err := r.newLog(w, target, series)
	if err != nil {
		return err
	}
	total, err := r.Histogram(target, series)
	if err != nil || total == nil {
		return err
	}
	var at hist.Interval
	first := true
	err = r.measured(target, series, func(in span, _ func(*hist.Histogram) error) error {
		if first || in.start < at.Start {
			at.Start = in.start
		}
		at.End, first = max(at.End, in.end), false
		return nil
	})
	if err != nil {
		return err
	}
	return log.Write(at, total)
}

// newLog begins a log, if there is such a series.
func (r *Record) newLog(w io.Writer, target, series string) (*hist.LogWriter, error) {
	if !slices.Contains(r.series[target], series) {
		return nil, fmt.Errorf("target %q has no series %q; it has %s", target, series, strings.Join(r.Series(target), ", "))
	}
	return hist.NewLogWriter(w, r.Run.Started, &hist.Encoder{})
}
