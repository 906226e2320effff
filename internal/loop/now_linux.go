package loop

import (
	"syscall"
	"unsafe"
)

// WriteNow writes what there is room for to a descriptor that never blocks;
// syscall.EAGAIN if there is none.
func WriteNow(fd int, p []byte) (int, error) {
	return now(syscall.SYS_WRITE, fd, unsafe.Pointer(unsafe.SliceData(p)), len(p))
}

// now makes a system call that cannot block, again where a signal cut it short,
// without telling Go's scheduler: told of a call by a process that was idle, it
// wakes the thread that watches for calls that block, which then looks every
// 20 µs, and that costs more than the exchange.
func now(call uintptr, fd int, p unsafe.Pointer, last int) (int, error) {
	for {
		n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(p), uintptr(last))
		switch errno {
		case 0:
			return int(n), nil
		case syscall.EINTR:
			continue
		}
		return -1, errno
	}
}
