package fakeapi

import (
	"encoding/binary"
	"time"

	"wabench/internal/whatsapp/cloud"
)

// A message's id is not kept but made from its number: the number is scrambled
// by the seed into the first 8 bytes of the key, and the ninth is a check. So a
// message is found by its id without an index.

// appendID appends the id of m.
func (c *cloudSide) appendID(dst []byte, m *message) []byte {
	var key [9]byte
	scrambled := mix(uint64(m.n) ^ c.idKey())
	binary.BigEndian.PutUint64(key[:], scrambled)
	key[8] = byte(mix(scrambled))
	return cloud.WAMID{Number: m.To, Direction: cloud.FromBusiness, Key: key[:]}.Append(dst)
}

func (c *cloudSide) idKey() uint64 { return bits(c.server.seed, 0, drawID) }

// messageID is the platform's name of m.
func (c *cloudSide) messageID(m *message) string { return string(c.appendID(nil, m)) }

// number is the message number behind an id, -1 if it is not one of ours.
func (c *cloudSide) number(id string) int64 {
	w, err := cloud.ParseWAMID(id)
	if err != nil || w.Direction != cloud.FromBusiness || len(w.Key) != 9 {
		return -1
	}
	scrambled := binary.BigEndian.Uint64(w.Key)
	n := int64(unmix(scrambled) ^ c.idKey())
	if w.Key[8] != byte(mix(scrambled)) || n < 0 {
		return -1
	}
	return n
}

// inboundID is the id of the n-th message that a user wrote, made the same way.
func (c *cloudSide) inboundID(n int64, from string) string {
	var key [10]byte
	scrambled := mix(uint64(n) ^ c.inboundKey())
	binary.BigEndian.PutUint64(key[:], scrambled)
	binary.BigEndian.PutUint16(key[8:], uint16(mix(scrambled)))
	return cloud.WAMID{Number: from, Direction: cloud.FromUser, Key: key[:]}.String()
}

func (c *cloudSide) inboundKey() uint64 { return bits(c.server.seed, 0, drawInbound) }

// inboundNumber is the n of inboundID, -1 for any other text.
func (c *cloudSide) inboundNumber(id string) int64 {
	w, err := cloud.ParseWAMID(id)
	if err != nil || w.Direction != cloud.FromUser || len(w.Key) != 10 {
		return -1
	}
	scrambled := binary.BigEndian.Uint64(w.Key)
	if binary.BigEndian.Uint16(w.Key[8:]) != uint16(mix(scrambled)) {
		return -1
	}
	return int64(unmix(scrambled) ^ c.inboundKey())
}

// wasReceived reports whether a user wrote the message with the id.
func (c *cloudSide) wasReceived(id string) bool {
	n := c.inboundNumber(id)
	return n > 0 && n <= c.inbound.Load()
}

// oldestReaction is how old a message may be to be reacted to.
const oldestReaction = 30 * day

// canReact reports whether the id is of a message that can be reacted to at the
// time at: one that was sent or received, and is not too old.
func (c *cloudSide) canReact(id string, at time.Duration) bool {
	if c.wasReceived(id) {
		return at-c.received.since(c.inboundNumber(id)) <= oldestReaction
	}
	n := c.number(id)
	if n < 0 {
		return false
	}
	m := c.ledger.find(n)
	return m != nil && at-m.Arrived <= oldestReaction
}
