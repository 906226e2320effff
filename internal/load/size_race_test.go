//go:build race && !long

package load

// As in size_test.go. The race detector makes each message many times as dear,
// and finds in two hours what it would in 24.
const (
	dayHours  = 2
	soakShare = 0.05
)
