package results

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/hist"
)

// Record is a run directory, read: the summary and the evidence it comes from.
// Its methods cache what they read and are not safe for concurrent use.
type Record struct {
	Run      Run
	Points   []Point
	Events   []Event
	Scenario []byte

	// source yields the intervals of a series in order.
	source func(target, series string, f intervalFunc) error
	series map[string][]string // by target, sorted
	cache  map[string][]*hist.Histogram
	// intervals hold the series of a record made by Memory.
	intervals []memoryInterval
}

// intervalFunc receives one interval of a series and adds it to histograms.
type intervalFunc func(block int, start, end time.Duration, add func(*hist.Histogram) error) error

// Open reads a run directory. A run that was cut (Complete is false) is
// readable up to its last whole interval; its figures are computed from that.
func Open(fsys fs.FS) (*Record, error) {
	rec := &Record{}
	text, err := fs.ReadFile(fsys, FileRun)
	if err != nil {
		return nil, fmt.Errorf("not a run directory: %w", err)
	}
	if rec.Run, err = DecodeRun(text); err != nil {
		return nil, err
	}
	if rec.Points, err = readLines[Point](fsys, FileIntervals); err != nil {
		return nil, err
	}
	if rec.Events, err = readLines[Event](fsys, FileEvents); err != nil {
		return nil, err
	}
	if rec.Scenario, err = fs.ReadFile(fsys, FileScenario); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if rec.series, err = listSeries(fsys); err != nil {
		return nil, err
	}
	rec.source = fileSource(fsys)
	if !rec.Run.Complete {
		return rec, rec.Summarize()
	}
	return rec, nil
}

// DecodeRun reads run.json and migrates it to the present schema.
func DecodeRun(text []byte) (Run, error) {
	var run Run
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return run, fmt.Errorf("%s: %w", FileRun, err)
	}
	if head.Schema < 1 || head.Schema > Schema {
		return run, fmt.Errorf("%s: schema %d is not one this version reads (1 to %d)", FileRun, head.Schema, Schema)
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return run, fmt.Errorf("%s: %w", FileRun, err)
	}
	run.fill()
	for name, target := range run.Targets {
		if target == nil {
			return run, fmt.Errorf("%s: target %s is null", FileRun, name)
		}
	}
	return run, nil
}

// readLines reads a file of JSON lines; a last line without its end is ignored.
func readLines[T any](fsys fs.FS, name string) ([]T, error) {
	file, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out []T
	lines := bufio.NewReaderSize(file, 1<<16)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		var v T
		if err := json.Unmarshal(bytes.TrimSpace(line), &v); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		out = append(out, v)
	}
}

// listSeries finds the interval logs: hdr/<target>.<series>.hlog.
func listSeries(fsys fs.FS) (map[string][]string, error) {
	entries, err := fs.ReadDir(fsys, DirHistograms)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	series := map[string][]string{}
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".hlog")
		target, rest, found := strings.Cut(name, ".")
		if ok && found {
			series[target] = append(series[target], rest)
		}
	}
	return series, nil
}

// fileSource reads series from the logs of a directory.
func fileSource(fsys fs.FS) func(target, series string, f intervalFunc) error {
	return func(target, series string, f intervalFunc) error {
		name := path.Join(DirHistograms, target+"."+series+".hlog")
		file, err := fsys.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer file.Close()
		err = hist.ReadLog(file, func(at hist.Interval, add func(*hist.Histogram) error) error {
			block, err := parseTag(at.Tag)
			if err != nil {
				return err
			}
			return f(block, at.Start, at.End, add)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
}

// maxBlocks bounds what a damaged log can make us allocate.
const maxBlocks = 100_000

// parseTag reads what Tag writes.
func parseTag(tag string) (int, error) {
	if tag == Tag(WarmupBlock) {
		return WarmupBlock, nil
	}
	block, err := strconv.Atoi(strings.TrimPrefix(tag, "b"))
	if err != nil || block < 0 || block >= maxBlocks || Tag(block) != tag {
		return 0, fmt.Errorf("%q is not the tag of a block", tag)
	}
	return block, nil
}

// Series returns the series there are for a target, sorted.
func (r *Record) Series(target string) []string {
	return slices.Sorted(slices.Values(r.series[target]))
}

// Blocks returns a series' histograms by block number; nil where a block has
// none. Blocks of the same number on two targets are a pair: they had the same
// arrivals. Callers must not change the histograms.
func (r *Record) Blocks(target, series string) ([]*hist.Histogram, error) {
	key := target + "." + series
	if blocks, ok := r.cache[key]; ok {
		return blocks, nil
	}
	var blocks []*hist.Histogram
	err := r.each(target, series, func(block int, _, _ time.Duration, add func(*hist.Histogram) error) error {
		if block == WarmupBlock {
			return nil
		}
		for len(blocks) <= block {
			blocks = append(blocks, nil)
		}
		if blocks[block] == nil {
			blocks[block] = hist.New()
		}
		return add(blocks[block])
	})
	if err != nil {
		return nil, err
	}
	if r.cache == nil {
		r.cache = map[string][]*hist.Histogram{}
	}
	r.cache[key] = blocks
	return blocks, nil
}

// Histogram returns a series over the whole run without warm-up; nil if there
// is none.
func (r *Record) Histogram(target, series string) (*hist.Histogram, error) {
	blocks, err := r.Blocks(target, series)
	if err != nil {
		return nil, err
	}
	var total *hist.Histogram
	for _, block := range blocks {
		if block == nil {
			continue
		}
		if total == nil {
			total = hist.New()
		}
		total.Add(block)
	}
	return total, nil
}

// Window is a stretch of run time with what finished in it.
type Window struct {
	From, To time.Duration
	Hist     *hist.Histogram
}

// Windows returns a series in windows of run time of the given length, outside
// warm-up, without the empty ones.
func (r *Record) Windows(target, series string, length time.Duration) ([]Window, error) {
	var windows []Window
	err := r.each(target, series, func(block int, start, _ time.Duration, add func(*hist.Histogram) error) error {
		if block == WarmupBlock {
			return nil
		}
		from := start.Truncate(length)
		if len(windows) == 0 || windows[len(windows)-1].From < from {
			windows = append(windows, Window{From: from, To: from + length, Hist: hist.New()})
		}
		return add(windows[len(windows)-1].Hist)
	})
	return windows, err
}

// each yields the intervals of a series, in order.
func (r *Record) each(target, series string, f intervalFunc) error {
	if r.source == nil {
		return nil
	}
	return r.source(target, series, f)
}
