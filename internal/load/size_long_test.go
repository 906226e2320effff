//go:build long

package load

// As in size_test.go, with everything as it is shipped.
const (
	dayHours  = 24
	soakShare = 1
)
