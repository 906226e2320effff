package accuracy

import (
	"errors"
	"math"
	"slices"
	"time"

	"wabench/internal/stat"
)

// set notes the value at a quantile, if it is one of Ranks.
func (r *Reading) set(q float64, value time.Duration) {
	for i, rank := range Ranks {
		if math.Abs(rank.Q-q) < 1e-9 {
			r.Quantiles[i] = value
		}
	}
}

// setAll notes the quantiles of single latencies, which a tool has listed.
func (r *Reading) setAll(latencies []time.Duration) {
	r.Requests = int64(len(latencies))
	r.Quantiles = quantilesOf(latencies)
}

// quantilesOf are the nearest-rank quantiles of values, which it sorts.
func quantilesOf(values []time.Duration) (q Quantiles) {
	if len(values) == 0 {
		return q
	}
	slices.Sort(values)
	for i, rank := range Ranks {
		q[i] = values[stat.QuantileRank(int64(len(values)), rank.Q)-1]
	}
	return q
}

// complete is an error where there is nothing to read.
func (r *Reading) complete() error {
	if r.Requests == 0 || r.Quantiles[0] == 0 {
		return errors.New("no requests and quantiles in what it printed")
	}
	return nil
}
