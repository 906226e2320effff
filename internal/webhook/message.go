package webhook

import "time"

// message is what is kept of an accepted message, so small that a million of
// them are no burden: ids are kept as hashes only.
type message struct {
	due    time.Duration // since the epoch
	block  int32
	target uint16
	seen   progress
}

// find returns the key of the message that a status is for. At the shared
// address it asks for every target, and credits the one whose message it is.
func (c *Correlator) find(hash uint64, s *status) (key uint64, known bool) {
	if !s.shared {
		key = keyOf(hash, s.target)
		_, known = c.messages[key]
		return key, known
	}
	for t := range c.tallies {
		key = keyOf(hash, t)
		if _, known = c.messages[key]; known {
			s.target = t
			return key, true
		}
	}
	return 0, false
}

// keep adds a message and forgets the oldest one if there are too many.
func (c *Correlator) keep(key uint64, m message) {
	if len(c.recent) < c.remember {
		c.recent = append(c.recent, key)
	} else {
		c.forget(c.recent[c.oldest])
		c.recent[c.oldest] = key
		c.oldest = (c.oldest + 1) % c.remember
	}
	c.messages[key] = m
	if c.pending == 0 {
		c.idle = make(chan struct{})
	}
	c.pending++
	c.tallies[m.target].pending++
}

// forget drops a message; its figures stand as they are.
func (c *Correlator) forget(key uint64) {
	if m := c.messages[key]; !m.seen.any(settled) {
		c.settle(c.tallies[m.target])
	}
	delete(c.messages, key)
}

// settle counts one message less to wait for.
func (c *Correlator) settle(t *tally) {
	t.pending--
	c.pending--
	if c.pending == 0 {
		close(c.idle)
	}
}

// advance applies a status to its message.
func (c *Correlator) advance(key uint64, s status) {
	m := c.messages[key]
	t := c.tallies[m.target]
	next := stepOf(s.state)
	if m.seen.any(next.bit) {
		t.counts.Duplicates++
		return
	}
	if m.seen.any(next.after) {
		t.counts.OutOfOrder++
	}
	before := m.seen
	m.seen |= next.bit | reported
	c.messages[key] = m
	t.advance(before, m.seen, s.code)
	if next.bit != 0 {
		c.observe(t.name, s.state, int(m.block), max(0, s.at-m.due))
	}
	if !before.any(settled) && m.seen.any(settled) {
		c.settle(t)
	}
}

// keyOf tells the same id of two targets apart: two fakes with one seed give
// the same ids.
func keyOf(hash uint64, target int) uint64 {
	return hash ^ uint64(target+1)*0x9e3779b97f4a7c15 // 2^64 / golden ratio: spreads small numbers
}
