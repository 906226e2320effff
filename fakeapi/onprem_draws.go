package fakeapi

import (
	"encoding/binary"

	"wabench/internal/whatsapp/onprem"
)

// The streams of On-Premises, which begin at 100.
const (
	drawOutboundID stream = iota + 100
	drawInboundID
	drawMediaID
	drawToken
	drawContactCheck
	drawConversation
)

// appendBits appends the 8 random bytes that belong to (seed, n, s).
func appendBits(b []byte, seed uint64, n int64, s stream) []byte {
	return binary.BigEndian.AppendUint64(b, bits(seed, n, s))
}

// numbered are eight bytes that look random and lead back to n: a fake needs no
// table from ids to messages.
func numbered(seed uint64, n int64, s stream) []byte {
	return binary.BigEndian.AppendUint64(nil, mix(uint64(n)^bits(seed, 0, s)))
}

// numberOf is the n of numbered.
func numberOf(seed uint64, random []byte, s stream) int64 {
	return int64(unmix(binary.BigEndian.Uint64(random)) ^ bits(seed, 0, s))
}

// outboundID names message n to a number; its last byte guards against ids that
// this fake did not make.
func outboundID(seed uint64, n int64, to string) string {
	random := append(numbered(seed, n, drawOutboundID), byte(bits(seed, n, drawOutboundID)))
	return onprem.OutboundID(to, [9]byte(random))
}

// outboundNumber is the n of outboundID, -1 for any other text.
func outboundNumber(seed uint64, id string) int64 {
	random := onprem.Random(id)
	if len(random) != 9 {
		return -1
	}
	n := numberOf(seed, random[:8], drawOutboundID)
	if n < 0 || random[8] != byte(bits(seed, n, drawOutboundID)) {
		return -1
	}
	return n
}

// inboundID names message n from a user.
func inboundID(seed uint64, n int64, from string) string {
	random := binary.BigEndian.AppendUint16(numbered(seed, n, drawInboundID), uint16(bits(seed, n, drawInboundID)))
	return onprem.InboundID(from, [10]byte(random))
}

// inboundNumber is the n of inboundID, -1 for any other text.
func inboundNumber(seed uint64, id string) int64 {
	random := onprem.Random(id)
	if len(random) != 10 {
		return -1
	}
	n := numberOf(seed, random[:8], drawInboundID)
	if n < 0 || binary.BigEndian.Uint16(random[8:]) != uint16(bits(seed, n, drawInboundID)) {
		return -1
	}
	return n
}
