package foreign

import (
	"fmt"
	"io"
	"math"
	"time"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// readHlog reads an interval log whose values are of a unit: every bucket of an
// interval as hits that ended in its middle, as long as the bucket's high end.
func readHlog(unit time.Duration) func(io.Reader, func(Hit)) (facts, error) {
	return func(r io.Reader, yield func(Hit)) (facts, error) {
		var last time.Duration
		started, err := hist.ReadForeign(r, func(at hist.Interval, each func(func(high, count int64)) error) error {
			last = max(last, at.End)
			ended := at.Start + (at.End-at.Start)/2
			var tooLong error
			err := each(func(high, count int64) {
				if high > math.MaxInt64/int64(unit) {
					tooLong = fmt.Errorf("%d times %v is longer than any request", high, unit)
					return
				}
				took := time.Duration(high) * unit
				yield(Hit{Began: ended - took, Took: took, Lateness: unknown, Class: whatsapp.OK, Count: count})
			})
			if err != nil {
				return err
			}
			return tooLong
		})
		return facts{started: started, length: last, notes: []results.Note{noDueTimes("an interval log"), {
			Code:   "outcomes_missing",
			Text:   "an interval log does not say which requests failed: all count as ok.",
			Advice: "judge errors by another record of the run",
		}}}, err
	}
}
