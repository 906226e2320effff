//go:build !long

package load

// soakShare is the part of the shipped soak's messages that its test sends.
const soakShare = 0.1
