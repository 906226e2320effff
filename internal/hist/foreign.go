package hist

import (
	"bytes"
	"io"
	"strconv"
	"time"
)

// ReadForeign is ReadLog for logs of any bounds, digits and unit: each calls its
// function for every bucket that is not empty, with the high end of the bucket in
// the log's own unit. Intervals that are given in seconds since 1970 are brought
// to the first of them. It returns when the log says that it was begun, zero if
// it does not.
func ReadForeign(r io.Reader, f func(at Interval, each func(func(high, count int64)) error) error) (started time.Time, err error) {
	var decoder Decoder
	from, first := 0.0, true
	err = eachLine(r, func(line []byte) error {
		if isComment(line) {
			if at, ok := startTime(line); ok {
				started = at
			}
			return nil
		}
		parsed, err := parseLine(line)
		if err != nil {
			return err
		}
		if first && parsed.start >= sinceEpoch {
			from, started = parsed.start, unix(parsed.start)
		}
		first = false
		at, err := parsed.interval(from)
		if err != nil {
			return err
		}
		return f(at, func(f func(high, count int64)) error { return decoder.each(parsed.text, f) })
	})
	return started, err
}

// startTime reads the comment that says when a log was begun.
func startTime(line []byte) (at time.Time, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("#[StartTime: "))
	text, _, _ := bytes.Cut(rest, []byte(" "))
	seconds, err := strconv.ParseFloat(string(text), 64)
	return unix(seconds), ok && err == nil && seconds >= sinceEpoch && seconds < 10*sinceEpoch
}

func unix(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)).UTC() }

// maxForeign bounds what a hostile log can make us unpack: every counter of the
// widest histogram of three digits, many times over.
const maxForeign = 16 << 20

// each calls f for every bucket of the histogram that text encodes.
func (d *Decoder) each(text []byte, f func(high, count int64)) error {
	layout, counters, err := d.open(text, maxForeign)
	if err != nil {
		return err
	}
	return layout.eachCounter(counters, func(i int, count int64) {
		low, width := layout.bucket(i)
		f(low+width-1, count)
	})
}
