package load

import "wabench/internal/machine"

// headroom is the most that was seen in use of what this machine has few of.
type headroom struct {
	descriptors, ports machine.Use
}

// look takes a reading; the fullest counts.
func (h *headroom) look() {
	h.descriptors = fuller(h.descriptors, machine.Descriptors())
	h.ports = fuller(h.ports, machine.Ports())
}

func fuller(p, q machine.Use) machine.Use {
	if q.Share() > p.Share() || p.Of == 0 {
		return q
	}
	return p
}
