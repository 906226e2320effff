//go:build unix && !linux

package loop

import "syscall"

// ReadNow reads what is there from a descriptor that never blocks;
// syscall.EAGAIN if nothing is.
func (*Reader) ReadNow(fd int, p []byte) (int, error) { return now(syscall.Read, fd, p) }

// WriteNow writes what there is room for to a descriptor that never blocks;
// syscall.EAGAIN if there is none.
func WriteNow(fd int, p []byte) (int, error) { return now(syscall.Write, fd, p) }

// now makes a system call that cannot block, again where a signal cut it short.
func now(call func(int, []byte) (int, error), fd int, p []byte) (int, error) {
	for {
		n, err := call(fd, p)
		if err != syscall.EINTR {
			return n, err
		}
	}
}
