package machine

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Descriptors are those that this process has open, of those it may open.
func Descriptors() Use {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return Use{}
	}
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		return Use{}
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return Use{}
	}
	return Use{InUse: int64(len(names)) - 1, Of: int64(limit.Cur)} // less the one it was read by
}

// Ports are the TCP sockets of this machine in use or waiting to be usable
// again, of the ports that connections may begin from. It is an upper bound:
// servers' sockets count too, and connections to different addresses may share
// a port.
func Ports() Use {
	sockets, err := os.ReadFile("/proc/net/sockstat")
	if err != nil {
		return Use{}
	}
	ports, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return Use{}
	}
	return portsOf(sockets, ports)
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
