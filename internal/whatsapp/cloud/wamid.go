package cloud

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Direction is which way a message went, as its id says.
type Direction byte

// The two directions.
const (
	FromBusiness Direction = 0x11
	FromUser     Direction = 0x12
)

// WAMID is what the id of a message says. The layout is not documented; it was
// read off the ids in Meta's examples, of which two are rebuilt byte for byte in
// the tests:
//
//	"wamid." base64( 1C 18 len number 15 02 00 direction 18 len HEX 00 )
type WAMID struct {
	// Number is the user's number, digits only.
	Number string
	Direction
	// Key makes the id unique: 9 bytes outbound, 10 or 16 inbound.
	Key []byte
}

const wamidPrefix = "wamid."

// errWAMID is why a text is not a message id.
var errWAMID = errors.New("not a message id of the Cloud API")

// String builds the id.
func (w WAMID) String() string { return string(w.Append(nil)) }

// Append appends the id.
func (w WAMID) Append(dst []byte) []byte {
	var room [96]byte
	raw := append(room[:0], 0x1c, 0x18, byte(len(w.Number)))
	raw = append(raw, w.Number...)
	raw = append(raw, 0x15, 0x02, 0x00, byte(w.Direction), 0x18, byte(2*len(w.Key)))
	for _, b := range w.Key {
		raw = append(raw, upperHex[b>>4], upperHex[b&15])
	}
	raw = append(raw, 0)
	return base64.StdEncoding.AppendEncode(append(dst, wamidPrefix...), raw)
}

const upperHex = "0123456789ABCDEF"

// ParseWAMID reads an id that String built. Real ids of other layouts exist, so
// an error does not mean that the platform did not make it.
func ParseWAMID(id string) (WAMID, error) {
	text, found := strings.CutPrefix(id, wamidPrefix)
	raw, err := base64.StdEncoding.DecodeString(text)
	if !found || err != nil || len(raw) < 10 {
		return WAMID{}, errWAMID
	}
	number, rest, ok := cutField(raw, 0x1c, 0x18)
	if !ok {
		return WAMID{}, errWAMID
	}
	if len(rest) < 4 || rest[0] != 0x15 || rest[1] != 0x02 || rest[2] != 0 {
		return WAMID{}, errWAMID
	}
	direction := Direction(rest[3])
	digits, rest, ok := cutField(rest[4:], 0x18)
	if !ok || len(rest) != 1 || rest[0] != 0 {
		return WAMID{}, errWAMID
	}
	key, err := hex.DecodeString(string(digits))
	if err != nil {
		return WAMID{}, fmt.Errorf("%w: %w", errWAMID, err)
	}
	return WAMID{Number: string(number), Direction: direction, Key: key}, nil
}

// cutField takes a field off raw: its tag, a length and as many bytes.
func cutField(raw []byte, tag ...byte) (field, rest []byte, ok bool) {
	for _, b := range tag {
		if len(raw) == 0 || raw[0] != b {
			return nil, nil, false
		}
		raw = raw[1:]
	}
	if len(raw) == 0 || len(raw)-1 < int(raw[0]) {
		return nil, nil, false
	}
	n := int(raw[0])
	return raw[1 : 1+n], raw[1+n:], true
}
