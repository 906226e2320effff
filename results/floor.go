package results

import "time"

// Floor is what the tool itself adds to latencies on the machine of the run,
// as bench calibrate measured it there.
type Floor struct {
	Measured time.Time `json:"measured"`
	// Rate is the one it was measured at, per second.
	Rate float64 `json:"rate"`
	// Lateness is of sending, and Added what was reported beyond the truth, at
	// p50 and at p99.
	LatenessP50 time.Duration `json:"lateness_p50_ns"`
	LatenessP99 time.Duration `json:"lateness_p99_ns"`
	AddedP50    time.Duration `json:"added_p50_ns"`
	AddedP99    time.Duration `json:"added_p99_ns"`
	// HighestRate is the highest at which the generator found itself valid, per
	// second; 0 if there was none.
	HighestRate float64 `json:"highest_rate"`
}

// floors is how many floors a difference must have to be called one, and
// tailBegins the quantile above which the floor is that of p99.
const (
	floors     = 3
	tailBegins = 0.9
)

// Resolution is the smallest difference between two latencies at a quantile
// that is to be called one; 0 of no floor.
func (f *Floor) Resolution(q float64) time.Duration {
	switch {
	case f == nil:
		return 0
	case q > tailBegins:
		return floors * f.AddedP99
	}
	return floors * f.AddedP50
}

// mergeFloors is the highest of each figure, and the lowest of the rates; nil
// unless every machine's floor is known.
func mergeFloors(recs []*Record) *Floor {
	var merged *Floor
	for _, rec := range recs {
		f := rec.Run.Floor
		switch {
		case f == nil:
			return nil
		case merged == nil:
			merged = cloned(f)
			continue
		case f.Measured.Before(merged.Measured):
			merged.Measured = f.Measured
		}
		merged.Rate, merged.HighestRate = min(merged.Rate, f.Rate), min(merged.HighestRate, f.HighestRate)
		merged.LatenessP50, merged.LatenessP99 = max(merged.LatenessP50, f.LatenessP50), max(merged.LatenessP99, f.LatenessP99)
		merged.AddedP50, merged.AddedP99 = max(merged.AddedP50, f.AddedP50), max(merged.AddedP99, f.AddedP99)
	}
	return merged
}
