package hist

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Interval is one line of an interval log: what was counted between Start and
// End (since the log's start). Tag says which part of the run it belongs to.
type Interval struct {
	Tag        string
	Start, End time.Duration
}

// LogWriter appends interval histograms to a log in the HdrHistogram format
// 1.3, each line by one Write, so that a crash cuts at most the last one.
type LogWriter struct {
	w       io.Writer
	encoder *Encoder
	line    []byte
}

// NewLogWriter writes the log's head and returns its writer. Times in the log
// are relative to started. An encoder takes most of a megabyte: logs that one
// goroutine writes share theirs.
func NewLogWriter(w io.Writer, started time.Time, encoder *Encoder) (*LogWriter, error) {
	_, err := fmt.Fprintf(w, "#[Histogram log format version 1.3]\n#[StartTime: %.3f (seconds since epoch), %s]\n"+
		"\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
		float64(started.UnixMilli())/1000, started.UTC().Format(time.RFC3339Nano))
	return &LogWriter{w: w, encoder: encoder}, err
}

// Write appends one interval. Interval_Max is in milliseconds, as HdrHistogram
// logs of nanoseconds have it.
func (lw *LogWriter) Write(at Interval, h *Histogram) error {
	text, err := lw.encoder.Encode(h)
	if err != nil {
		return err
	}
	line := lw.line[:0]
	if at.Tag != "" {
		line = append(append(append(line, "Tag="...), at.Tag...), ',')
	}
	for _, number := range []float64{at.Start.Seconds(), (at.End - at.Start).Seconds(), float64(h.Max()) / 1e6} {
		line = append(strconv.AppendFloat(line, number, 'f', 6, 64), ',')
	}
	lw.line = append(append(line, text...), '\n')
	_, err = lw.w.Write(lw.line)
	return err
}

// ReadLog calls f for each interval of a log in order. The histogram is passed
// by an add function, so that intervals that are not wanted cost nothing. A
// last line without its end, as a crash leaves it, is ignored.
func ReadLog(r io.Reader, f func(at Interval, add func(*Histogram) error) error) error {
	var decoder Decoder
	return eachLine(r, func(line []byte) error {
		if isComment(line) {
			return nil
		}
		parsed, err := parseLine(line)
		if err != nil {
			return err
		}
		at, err := parsed.interval(0)
		if err != nil {
			return err
		}
		return f(at, func(h *Histogram) error { return decoder.AddTo(h, parsed.text) })
	})
}

// isComment tells the lines of a log that are not intervals.
func isComment(line []byte) bool { return len(line) == 0 || line[0] == '#' || line[0] == '"' }

// eachLine calls f for each whole line; an error gets the line's number.
func eachLine(r io.Reader, f func(line []byte) error) error {
	lines := bufio.NewReaderSize(r, 1<<16)
	for number := 1; ; number++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return nil // a line without an end is a torn one
		}
		if err != nil {
			return err
		}
		if err := f(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
}

// maxLine bounds a line: a histogram with every counter filled is shorter.
const maxLine = 1 << 20

// readLine returns the next line without its end, or io.EOF if there is no
// further whole line.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if err == nil {
		return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
	}
	long := append([]byte(nil), line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(long) > maxLine {
			return nil, errors.New("line is too long for an interval log")
		}
		line, err = r.ReadSlice('\n')
		long = append(long, line...)
	}
	if err != nil {
		return nil, err
	}
	return long[:len(long)-1], nil
}

// logLine is what a line of a log says: seconds, and an encoded histogram.
type logLine struct {
	tag           string
	start, length float64
	text          []byte
}

// parseLine splits a line.
func parseLine(line []byte) (l logLine, err error) {
	if rest, tagged := bytes.CutPrefix(line, []byte("Tag=")); tagged {
		tag, after, found := bytes.Cut(rest, []byte(","))
		if !found {
			return l, errors.New("tag without an interval")
		}
		l.tag, line = string(tag), after
	}
	fields := bytes.SplitN(line, []byte(","), 4)
	if len(fields) != 4 {
		return l, errors.New("not an interval: want start, length, max and histogram")
	}
	var err1, err2 error
	l.start, err1 = strconv.ParseFloat(string(fields[0]), 64)
	l.length, err2 = strconv.ParseFloat(string(fields[1]), 64)
	l.text = fields[3]
	return l, errors.Join(err1, err2)
}

// sinceEpoch is the least number of seconds that is a date and not a time since
// a log's start.
const sinceEpoch = 1e9

// interval is that of the line, in a log whose times are from so many seconds on.
func (l logLine) interval(from float64) (at Interval, err error) {
	start := l.start - from
	if !(start >= 0 && l.length >= 0 && start < sinceEpoch && l.length < sinceEpoch) {
		return at, errors.New("interval lies outside any run")
	}
	at.Tag = l.tag
	at.Start = time.Duration(start * float64(time.Second)).Round(time.Microsecond)
	at.End = at.Start + time.Duration(l.length*float64(time.Second)).Round(time.Microsecond)
	return at, nil
}
