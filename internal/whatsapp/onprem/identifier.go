package onprem

import (
	"encoding/base64"
	"strings"
)

// A message id is the base64url, without padding, of
//
//	direction 0x11 length BCD(number) 0x02 n random[n]
//
// where direction is 0x80 for messages of the business and 0x00 for those of
// users, length counts the number's bytes and has its top bit set where the
// last half byte is filler, and n is 9 or 10. This was derived from the ids
// in the documentation's examples, which it gives back byte for byte.
const (
	businessMark = 0x80
	userMark     = 0x00
	oddMark      = 0x80
	filler       = 0x0f
)

// OutboundID is the id of a message to a number; it begins with gBEG.
// Numbers are padded to twelve digits for that: the documentation names the
// prefix, and an id is opaque otherwise.
func OutboundID(to string, random [9]byte) string {
	number := digits(to)
	if pad := 12 - len(number); pad > 0 {
		number = strings.Repeat("0", pad) + number
	}
	return identifier(businessMark, number, random[:])
}

// InboundID is the id of a message from a number; with the eleven digits of a
// number in the United States it begins with ABGG.
func InboundID(from string, random [10]byte) string {
	return identifier(userMark, digits(from), random[:])
}

func identifier(direction byte, number string, random []byte) string {
	length := byte((len(number) + 1) / 2)
	if len(number)%2 == 1 {
		length |= oddMark
	}
	id := make([]byte, 0, 32)
	id = append(id, direction, 0x11, length)
	id = appendBCD(id, number)
	id = append(id, 0x02, byte(len(random)))
	id = append(id, random...)
	return base64.RawURLEncoding.EncodeToString(id)
}

// appendBCD packs two digits into a byte.
func appendBCD(id []byte, number string) []byte {
	for i := 0; i < len(number); i += 2 {
		low := byte(filler)
		if i+1 < len(number) {
			low = number[i+1] - '0'
		}
		id = append(id, (number[i]-'0')<<4|low)
	}
	return id
}

// digits keeps the digits of a number, at most the fifteen a number can have.
func digits(number string) string {
	kept := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return kept[:min(len(kept), 15)]
}

// Random returns the random part of an id, nil if the text is none.
func Random(id string) []byte {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil || len(raw) < 3 || raw[1] != 0x11 {
		return nil
	}
	rest := raw[3:]
	length := int(raw[2] &^ oddMark)
	if len(rest) < length+2 || rest[length] != 0x02 {
		return nil
	}
	random := rest[length+2:]
	if len(random) != int(rest[length+1]) {
		return nil
	}
	return random
}
