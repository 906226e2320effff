package hist

import (
	"fmt"
	"math"
	"math/bits"
)

// geometry is how an HDR histogram lays out its counters: 2^(half+1) sub-buckets
// of 2^unit, the upper half of which is repeated at twice the width for each
// further bucket.
type geometry struct{ unit, half, counters int }

// own is the geometry of every Histogram.
var own = geometry{unitMagnitude, halfMagnitude, numCounters}

// Constants of our own geometry: 2048 sub-buckets of 2^9 ns, the upper half of
// which is repeated at twice the width for each further bucket.
const (
	unitMagnitude = 9
	halfMagnitude = 10
	halfCount     = 1 << halfMagnitude
	numCounters   = 22 * halfCount
)

// geometryOf returns that of so many significant digits between two values, as
// every implementation works it out.
func geometryOf(digits uint32, lowest, highest uint64) (g geometry, err error) {
	if digits > 5 || lowest < 1 || highest > math.MaxInt64 || highest/2 < lowest {
		return g, fmt.Errorf("no histogram has %d digits from %d to %d", digits, lowest, highest)
	}
	resolved := uint64(2)
	for range digits {
		resolved *= 10
	}
	g.unit, g.half = bits.Len64(lowest)-1, max(bits.Len64(resolved-1), 1)-1
	if g.unit+g.half > 61 {
		return g, fmt.Errorf("no histogram has %d digits from %d on", digits, lowest)
	}
	buckets := 1
	for untracked := uint64(2) << (g.unit + g.half); untracked <= highest && untracked <= math.MaxInt64; untracked <<= 1 {
		buckets++
	}
	g.counters = (buckets + 1) << g.half
	return g, nil
}

// bucket returns the lowest value and the width of counter i.
func (g geometry) bucket(i int) (low, width int64) {
	exponent, sub := i>>g.half-1, i&(1<<g.half-1)+1<<g.half
	if exponent < 0 {
		exponent, sub = 0, sub-1<<g.half
	}
	shift := exponent + g.unit
	return int64(sub) << shift, int64(1) << shift
}

// index returns the counter of a value within our own geometry: bucket's inverse.
func index(value int64) int {
	exponent := max(bits.Len64(uint64(value))-1-halfMagnitude-unitMagnitude, 0)
	return exponent<<halfMagnitude + int(value>>(exponent+unitMagnitude))
}
