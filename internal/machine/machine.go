// Package machine reads figures of the machine that a load is made on: how
// much of its descriptors and ports is in use. What a system does not tell
// counts as nothing in use.
package machine

// Use is how many there are in use, of how many. Of is 0 where the system does
// not tell.
type Use struct{ InUse, Of int64 }

// Share is the part that is in use, 0..1.
func (u Use) Share() float64 {
	if u.Of <= 0 {
		return 0
	}
	return float64(u.InUse) / float64(u.Of)
}
