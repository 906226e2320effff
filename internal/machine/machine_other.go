//go:build !linux

package machine

// Descriptors are not told by this system.
func Descriptors() Use { return Use{} }

// Ports are not told by this system.
func Ports() Use { return Use{} }
