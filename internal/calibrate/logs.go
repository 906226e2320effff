package calibrate

import (
	"bytes"
	"io"
	"sync"

	"wabench/internal/hist"
	"wabench/results"
)

// logs is a run directory that is read once and thrown away: it keeps the
// files that grow.
type logs struct {
	mu    sync.Mutex
	files map[string]*bytes.Buffer
}

func newLogs() *logs { return &logs{files: map[string]*bytes.Buffer{}} }

// Append implements results.Sink.
func (l *logs) Append(name string) (io.WriteCloser, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := &bytes.Buffer{}
	l.files[name] = b
	return appended{b}, nil
}

// Replace implements results.Sink.
func (l *logs) Replace(_ string, write func(io.Writer) error) error { return write(io.Discard) }

// appended is a file of logs: one goroutine writes it.
type appended struct{ *bytes.Buffer }

// Close implements io.Closer.
func (appended) Close() error { return nil }

// histogram adds up a series outside warm-up.
func (l *logs) histogram(target, series string) (*hist.Histogram, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := hist.New()
	b := l.files[results.DirHistograms+"/"+target+"."+series+".hlog"]
	if b == nil {
		return all, nil
	}
	warmup := results.Tag(results.WarmupBlock)
	return all, hist.ReadLog(b, func(at hist.Interval, add func(*hist.Histogram) error) error {
		if at.Tag == warmup {
			return nil
		}
		return add(all)
	})
}
