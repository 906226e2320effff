//go:build unix && !linux

package keepalive

import "syscall"

// readNow and writeNow are the system's calls on a descriptor that never blocks.

func readNow(fd int, p []byte) (int, error) { return syscall.Read(fd, p) }

func writeNow(fd int, p []byte) (int, error) { return syscall.Write(fd, p) }
