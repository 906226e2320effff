package foreign

import (
	"io"
	"time"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// readHlog reads an interval log: every bucket of an interval as hits that
// ended in its middle.
func readHlog(r io.Reader, yield func(Hit)) (facts, error) {
	var last time.Duration
	counted := hist.New()
	err := hist.ReadLog(r, func(at hist.Interval, add func(*hist.Histogram) error) error {
		counted.Reset()
		if err := add(counted); err != nil {
			return err
		}
		last = max(last, at.End)
		ended := at.Start + (at.End-at.Start)/2
		counted.Each(func(took time.Duration, count int64) {
			yield(Hit{Began: ended - took, Took: took, Lateness: unknown, Class: whatsapp.OK, Count: count})
		})
		return nil
	})
	return facts{length: last, notes: []results.Note{noDueTimes("an interval log"), {
		Code:   "outcomes_missing",
		Text:   "an interval log does not say which requests failed: all count as ok.",
		Advice: "judge errors by another record of the run",
	}}}, err
}
