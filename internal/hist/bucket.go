package hist

import "math/bits"

// Constants of the geometry: 2048 sub-buckets of 2^9 ns, the upper half of
// which is repeated at twice the width for each further bucket.
const (
	unitMagnitude = 9
	halfMagnitude = 10
	halfCount     = 1 << halfMagnitude
	numCounters   = 22 * halfCount
)

// bucket returns the lowest value and the width of counter i.
func bucket(i int) (low, width int64) {
	exponent, sub := i>>halfMagnitude-1, i&(halfCount-1)+halfCount
	if exponent < 0 {
		exponent, sub = 0, sub-halfCount
	}
	shift := exponent + unitMagnitude
	return int64(sub) << shift, int64(1) << shift
}

// index returns the counter of a value within the geometry: bucket's inverse.
func index(value int64) int {
	exponent := max(bits.Len64(uint64(value))-1-halfMagnitude-unitMagnitude, 0)
	return exponent<<halfMagnitude + int(value>>(exponent+unitMagnitude))
}
