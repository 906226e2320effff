package machine

import (
	"bytes"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// Descriptors are those that this process has open, of those it may open.
func Descriptors() Use {
	var limit unix.Rlimit
	open := descriptors()
	if open == 0 || unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return Use{}
	}
	return Use{InUse: open, Of: int64(limit.Cur)}
}

// descriptors returns how many are open, 0 for unknown. Linux says so since 6.2
// by the size of the directory; before, the directory must be read.
func descriptors() int64 {
	var dir unix.Stat_t
	if unix.Stat(openFiles, &dir) == nil && dir.Size > 0 {
		return dir.Size
	}
	entries, err := os.ReadDir(openFiles)
	if err != nil {
		return 0
	}
	return int64(len(entries)) - 1 // less the one it was read by
}

const openFiles = "/proc/self/fd"

// Ports are the TCP sockets of this machine in use or waiting to be usable
// again, of the ports that connections may begin from. It is an upper bound:
// servers' sockets count too, and connections to different addresses may share
// a port.
func Ports() Use {
	sockets, err := read("/proc/net/sockstat")
	if err != nil {
		return Use{}
	}
	return portsOf(sockets, portRange())
}

// portRange is read once: nobody changes it in mid-run.
var portRange = sync.OnceValue(func() []byte {
	ports, err := read("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return nil
	}
	return ports
})

// read returns a short file of the system. Unlike os.ReadFile it does not try
// to have the file watched for readiness, which takes longer than reading.
func read(name string) ([]byte, error) {
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(fd) }() // nothing was written
	text := make([]byte, 4<<10)
	n, err := unix.Read(fd, text)
	return text[:max(n, 0)], err
}

// portsOf reads the two files: "TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1" of
// the one, "32768	60999" of the other.
func portsOf(sockets, ports []byte) Use {
	bounds := bytes.Fields(ports)
	if len(bounds) != 2 {
		return Use{}
	}
	u := Use{Of: number(bounds[1]) - number(bounds[0]) + 1}
	for line := range bytes.Lines(sockets) {
		fields := bytes.Fields(line)
		if len(fields) == 0 || string(fields[0]) != "TCP:" {
			continue
		}
		for i := 1; i+1 < len(fields); i += 2 {
			if name := string(fields[i]); name == "inuse" || name == "tw" {
				u.InUse += number(fields[i+1])
			}
		}
	}
	return u
}

// number reads a count, 0 for what is none.
func number(text []byte) int64 {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
