//go:build race

package load

// dayHours is how long the day of the soak test is. The race detector makes
// each message ten times as dear and finds in three hours what it would in 24.
const dayHours = 3
