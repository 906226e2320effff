//go:build !race

package load

// dayHours is how long the day of the soak test is: 86,400 intervals.
const dayHours = 24
