//go:build unix && !linux

package loop

import "syscall"

// ReadNow and WriteNow are the system's calls on a descriptor that never
// blocks, again where a signal cut them short.

// ReadNow reads what is there; syscall.EAGAIN if nothing is.
func ReadNow(fd int, p []byte) (int, error) { return now(syscall.Read, fd, p) }

// WriteNow writes what there is room for; syscall.EAGAIN if there is none.
func WriteNow(fd int, p []byte) (int, error) { return now(syscall.Write, fd, p) }

func now(call func(int, []byte) (int, error), fd int, p []byte) (int, error) {
	for {
		n, err := call(fd, p)
		if err != syscall.EINTR {
			return n, err
		}
	}
}
