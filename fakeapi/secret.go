package fakeapi

import (
	"crypto/sha256"
	"crypto/subtle"
)

// digest is a secret as the key of a map: how long a look-up takes tells nothing
// of the secret itself.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// sameSecret compares a token or a password in a time that does not tell how
// much of it is right.
func sameSecret(given, wanted string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(wanted)) == 1
}
