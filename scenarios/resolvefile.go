package scenarios

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/strictyaml"
)

// maxBadRows is how many bad rows of a file are named.
const maxBadRows = 5

func (r *resolver) recipients() {
	section := r.scenario.Recipients.Value
	to := &r.plan.Recipients
	switch {
	case section.Range.OK:
		to.From, to.To = section.Range.Value.From, section.Range.Value.To
	case section.List.OK:
		for _, number := range section.List.Value {
			to.List = append(to.List, string(number.Value))
		}
	case section.File.OK:
		r.recipientsFile(section)
	}
}

// recipientsFile reads the numbers and the columns that messages use.
func (r *resolver) recipientsFile(section RecipientsSection) {
	header, rows := r.table(section.File)
	if header == nil {
		return
	}
	numbers := r.column(section.Column.Value, header, section.Column.Pos)
	columns := make(map[string]int, len(r.columns))
	for name := range r.columns {
		columns[name] = r.column(name, header, r.where(name))
	}
	if slices.Contains(append(values(columns), numbers), -1) {
		return
	}
	to, bad := &r.plan.Recipients, 0
	if len(columns) > 0 {
		to.Columns = make(map[string][]string, len(columns))
	}
	for i, row := range rows {
		number, err := normalNumber(row[numbers])
		if err != nil {
			if bad++; bad <= maxBadRows {
				r.Problem(section.File.Pos, "", "%s:%d: %s", section.File.Value, i+2, err)
			}
			continue
		}
		to.List = append(to.List, number)
		for name, index := range columns {
			to.Columns[name] = append(to.Columns[name], row[index])
		}
	}
	if len(rows) == 0 {
		r.Problem(section.File.Pos, "", "%s has no recipients", section.File.Value)
	}
}

func values(m map[string]int) []int {
	var all []int
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// column returns the index of a column, -1 with a problem if there is none.
func (r *resolver) column(name string, header []string, pos strictyaml.Pos) int {
	i := slices.Index(header, name)
	if i < 0 {
		r.Problem(pos, strictyaml.Suggest(name, header), "recipients file has no column %q", name)
	}
	return i
}

// table reads a CSV file with a header line; nil if that fails.
func (r *resolver) table(path At[string]) (header []string, rows [][]string) {
	content, err := r.env.readFile(r.text(path))
	if err != nil {
		r.Problem(path.Pos, "", "recipients: %s", err)
		return nil, nil
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	reader.TrimLeadingSpace = true
	all, err := reader.ReadAll()
	if err != nil || len(all) == 0 {
		r.Problem(path.Pos, "", "recipients: %s is not a CSV file with a header: %v", path.Value, err)
		return nil, nil
	}
	return all[0], all[1:]
}

// replay reads a file of arrivals: a column of seconds that ascend, with or
// without a header. The stage lasts as long as for says, or else to the next
// whole second after its last arrival.
func (r *resolver) replay(entry *StageEntry) ([]time.Duration, time.Duration) {
	path := entry.Replay
	content, err := r.env.readFile(r.text(path))
	if err != nil {
		r.Problem(path.Pos, "", "replay: %s", err)
		return nil, 0
	}
	times, err := parseArrivals(string(content))
	if err != nil {
		r.Problem(path.Pos, "", "replay: %s:%s", path.Value, err)
		return nil, 0
	}
	last := times[len(times)-1]
	length := last.Truncate(time.Second) + time.Second
	if entry.For.OK {
		if length = entry.For.Value; length <= last {
			r.Problem(entry.For.Pos, "", "replay goes on to %s, longer than %s", last, length)
		}
	}
	return times, length
}

func parseArrivals(text string) ([]time.Duration, error) {
	var times []time.Duration
	for i, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		seconds, err := strconv.ParseFloat(line, 64)
		switch {
		case err != nil && i == 0:
			continue // a header
		case err != nil || !(seconds >= 0 && seconds <= 1e7):
			return nil, fmt.Errorf("%d: %q is not a number of seconds", i+1, line)
		}
		at := time.Duration(seconds * float64(time.Second))
		if len(times) > 0 && at < times[len(times)-1] {
			return nil, fmt.Errorf("%d: arrivals go back in time", i+1)
		}
		times = append(times, at)
	}
	if len(times) == 0 {
		return nil, fmt.Errorf("1: there are no arrivals")
	}
	return times, nil
}
