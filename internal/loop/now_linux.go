package loop

import (
	"syscall"
	"unsafe"
)

// ReadNow and WriteNow are the system's calls on a descriptor that never
// blocks, again where a signal cut them short, without telling Go's scheduler:
// told of a call by a process that was idle, it wakes the thread that watches
// for calls that block, which then looks every 20 µs, and that costs more than
// the exchange. Here nothing can block.

// ReadNow reads what is there; syscall.EAGAIN if nothing is.
func ReadNow(fd int, p []byte) (int, error) { return now(syscall.SYS_READ, fd, p) }

// WriteNow writes what there is room for; syscall.EAGAIN if there is none.
func WriteNow(fd int, p []byte) (int, error) { return now(syscall.SYS_WRITE, fd, p) }

func now(call uintptr, fd int, p []byte) (int, error) {
	for {
		n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch errno {
		case 0:
			return int(n), nil
		case syscall.EINTR:
			continue
		}
		return -1, errno
	}
}
