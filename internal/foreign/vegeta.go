package foreign

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"wabench/results"
)

// readVegeta reads vegeta's results in any of its encodings. They are in the
// order in which requests ended.
func readVegeta(r io.Reader, yield func(Hit)) (facts, error) {
	decode := vegeta.DecoderFor(bufio.NewReaderSize(r, 1<<16))
	if decode == nil {
		return facts{}, errors.New("not a result file of vegeta: neither gob, JSON nor CSV")
	}
	var all []vegeta.Result
	var first time.Time
	for {
		var result vegeta.Result
		err := decode(&result)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return facts{}, fmt.Errorf("result %d: %w", len(all)+1, err)
		}
		if first.IsZero() || result.Timestamp.Before(first) {
			first = result.Timestamp
		}
		result.Body, result.Headers = nil, nil
		all = append(all, result)
	}
	for _, result := range all {
		yield(Hit{
			Began: result.Timestamp.Sub(first), Took: result.Latency, Lateness: unknown,
			Class: classOf(int(result.Code), result.Error), Code: int(result.Code),
		})
	}
	return facts{started: first, notes: []results.Note{noDueTimes("vegeta")}}, nil
}
