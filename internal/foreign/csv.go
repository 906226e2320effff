package foreign

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/results"
)

// table reads rows by the names in their header.
type table struct {
	rows    *csv.Reader
	columns map[string]int
	row     []string
	line    int
}

func newTable(r io.Reader, needed ...string) (*table, error) {
	t := &table{rows: csv.NewReader(r), columns: map[string]int{}, line: 1}
	t.rows.ReuseRecord = true
	t.rows.TrimLeadingSpace = true
	header, err := t.rows.Read()
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	for i, name := range header {
		t.columns[strings.TrimSpace(name)] = i
	}
	for _, name := range needed {
		if _, ok := t.columns[name]; !ok {
			return nil, fmt.Errorf("there is no column %s; the header has %s", name, strings.Join(slices.Clone(header), ", "))
		}
	}
	return t, nil
}

// next moves to the next row; false at the end.
func (t *table) next() (bool, error) {
	row, err := t.rows.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	t.row = row
	t.line++
	return err == nil, err
}

// number returns a field as a number that is not negative; has is false where
// the table has no such column or the field is empty.
func (t *table) number(name string) (value float64, has bool, err error) {
	i, ok := t.columns[name]
	if !ok || strings.TrimSpace(t.row[i]) == "" {
		return 0, false, nil
	}
	value, err = strconv.ParseFloat(strings.TrimSpace(t.row[i]), 64)
	if err != nil || !(value >= 0 && value < 1e9) {
		return 0, false, fmt.Errorf("line %d: %q is not a %s", t.line, t.row[i], name)
	}
	return value, true, nil
}

// readHey reads hey's CSV: seconds since its start, of four decimals.
func readHey(r io.Reader, yield func(Hit)) (facts, error) {
	t, err := newTable(r, "response-time", "status-code", "offset")
	if err != nil {
		return facts{}, fmt.Errorf("not hey's CSV: %w", err)
	}
	for {
		more, err := t.next()
		if err != nil || !more {
			return facts{notes: []results.Note{noDueTimes("hey"), {
				Code:   "failures_missing",
				Text:   "hey's CSV has only requests that were answered; its times are rounded to 0.1 ms.",
				Advice: "look at hey's summary for requests that failed",
			}}}, err
		}
		took, _, err1 := t.number("response-time")
		status, _, err2 := t.number("status-code")
		began, _, err3 := t.number("offset")
		if err := errors.Join(err1, err2, err3); err != nil {
			return facts{}, err
		}
		yield(Hit{Began: seconds(began), Took: seconds(took), Lateness: unknown, Class: classOf(int(status), ""), Code: int(status)})
	}
}

// readCSV reads a table of anyone's making: latency_ms is the time from sending
// to the end of the answer, start_s the moment of sending, due_s that at which
// the request was due, status the HTTP status.
func readCSV(r io.Reader, yield func(Hit)) (facts, error) {
	t, err := newTable(r, "latency_ms")
	if err != nil {
		return facts{}, err
	}
	_, hasStart := t.columns["start_s"]
	_, hasDue := t.columns["due_s"]
	f := facts{onlyTotal: !hasStart}
	if !hasDue || !hasStart {
		f.notes = append(f.notes, noDueTimes("the table"))
	}
	for {
		more, err := t.next()
		if err != nil || !more {
			return f, err
		}
		took, known, err1 := t.number("latency_ms")
		began, _, err2 := t.number("start_s")
		due, isDue, err3 := t.number("due_s")
		status, answered, err4 := t.number("status")
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return f, err
		}
		if !known {
			return f, fmt.Errorf("line %d: no latency_ms", t.line)
		}
		if _, column := t.columns["status"]; !column && !answered {
			status = 200
		}
		hit := Hit{Began: seconds(began), Took: milliseconds(took), Lateness: unknown, Class: classOf(int(status), ""), Code: int(status)}
		if isDue && hasStart {
			hit.Lateness = max(seconds(began)-seconds(due), time.Duration(0))
		}
		yield(hit)
	}
}
