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
	"strconv"
	"strings"
	"time"

	"wabench/internal/hist"
)

// Open reads a run directory. A run that was cut (Complete is false) is
// readable up to its last whole interval; its figures are computed from that.
func Open(fsys fs.FS) (*Record, error) {
	text, err := readWhole(fsys, FileRun)
	if err != nil {
		return nil, fmt.Errorf("not a run directory: %w", err)
	}
	rec := &Record{source: fileSource(fsys)}
	if rec.Run, err = DecodeRun(text); err != nil {
		return nil, err
	}
	if rec.Points, err = readLines[Point](fsys, FileIntervals); err != nil {
		return nil, err
	}
	if rec.Events, err = readLines[Event](fsys, FileEvents); err != nil {
		return nil, err
	}
	if rec.Scenario, err = readWhole(fsys, FileScenario); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if rec.series, err = listSeries(fsys); err != nil {
		return nil, err
	}
	rec.hideWarmup()
	if !rec.Run.Complete {
		return rec, rec.rebuild()
	}
	return rec, nil
}

// maxFile bounds the files that are read at once, maxLine the lines of the
// others.
const (
	maxFile = 64 << 20
	maxLine = 1 << 20
)

// readWhole reads a file that is not larger than any of ours.
func readWhole(fsys fs.FS, name string) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d MiB", name, maxFile>>20)
	}
	return text, nil
}

// line is a Point or an Event.
type line[T any] interface {
	*T
	check() error
}

// readLines reads a file of JSON lines; a last line without its end, as a
// crash leaves it, is ignored. A file that is not there has no lines.
func readLines[T any, L line[T]](fsys fs.FS, name string) ([]T, error) {
	file, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out []T
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	lines.Split(splitLine)
	number := 1
	for ; lines.Scan(); number++ {
		var v T
		if err := decodeLine(lines.Bytes(), L(&v)); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		out = append(out, v)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, number, err)
	}
	return out, nil
}

// splitLine is a bufio.SplitFunc of lines that have their end.
func splitLine(text []byte, _ bool) (advance int, token []byte, err error) {
	end := bytes.IndexByte(text, '\n')
	if end < 0 {
		return 0, nil, nil
	}
	return end + 1, text[:end], nil
}

func decodeLine[T any, L line[T]](text []byte, v L) error {
	if err := json.Unmarshal(text, v); err != nil {
		return err
	}
	return v.check()
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
		if ok && found && !entry.IsDir() {
			series[target] = append(series[target], rest)
		}
	}
	return series, nil
}

// logName is where the log of a series lies.
func logName(target, series string) string {
	return path.Join(DirHistograms, target+"."+series+".hlog")
}

// fileSource reads series from the logs of a directory.
func fileSource(fsys fs.FS) source {
	return func(target, series string, f intervalFunc) error {
		name := logName(target, series)
		if !fs.ValidPath(name) {
			return nil // of no run: names are checked when they are written
		}
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
			return f(span{block, at.Start, at.End}, add)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
}

// span is the part of a run that an interval covers.
type span struct {
	block      int
	start, end time.Duration
}

// middle decides to which second an interval belongs: ticks come a little
// late, so that its edges lie on either side of a full second.
func (s span) middle() time.Duration { return s.start + (s.end-s.start)/2 }

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
