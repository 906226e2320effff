//go:build !race && !long

package load

// How long the day of the soak test is, and which part of the shipped soak's
// messages its test sends.
const (
	dayHours  = 24
	soakShare = 0.1
)
