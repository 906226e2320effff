package compare

import "time"

// Options say how sure a comparison must be and what is too small to matter.
// Zero fields take the defaults; a negative least effect is none.
type Options struct {
	// Confidence of every interval, two-sided; 0.95.
	Confidence float64
	// LeastChange is the least relative change of a latency or rate that
	// matters; 0.05, that is 5 %.
	LeastChange float64
	// LeastLatency is the least change of a latency that matters; 2ms. Nothing
	// is called better or worse by less than three times the generator's own
	// lateness at the same quantile, or than three times the tool floor.
	LeastLatency time.Duration
	// LeastShare is the least change of a share that matters; 0.001, that is
	// 0.1 percentage points.
	LeastShare float64
	// Resamples of each bootstrap; 1000.
	Resamples int
	// Seed of each bootstrap; 1.
	Seed uint64
	// Gating names the metrics (p95(send.response)) whose verdicts gate a merge:
	// they are held to Holm's stricter rule, the rest to Benjamini and
	// Hochberg's.
	Gating []string
}

// The defaults of Options, and what they are raised to.
const (
	defaultConfidence   = 0.95
	defaultLeastChange  = 0.05
	defaultLeastLatency = 2 * time.Millisecond
	defaultLeastShare   = 0.001
	defaultResamples    = 1000
	defaultSeed         = 1
	latenessFactor      = 3
)

func (o Options) filled() Options {
	o.Confidence = orDefault(o.Confidence, defaultConfidence)
	o.LeastChange = orDefault(o.LeastChange, defaultLeastChange)
	o.LeastLatency = orDefault(o.LeastLatency, defaultLeastLatency)
	o.LeastShare = orDefault(o.LeastShare, defaultLeastShare)
	o.Resamples = orDefault(o.Resamples, defaultResamples)
	o.Seed = orDefault(o.Seed, defaultSeed)
	return o
}

// floor is the least latency, raised to what the generator may have added;
// none if the caller took it away.
func (o Options) floor(noise time.Duration) time.Duration {
	if o.LeastLatency == 0 {
		return 0
	}
	return max(o.LeastLatency, noise)
}

// orDefault is x, standard for a zero one and zero for a negative one.
func orDefault[T int | uint64 | float64 | time.Duration](x, standard T) T {
	if x == 0 {
		return standard
	}
	return max(x, 0)
}
