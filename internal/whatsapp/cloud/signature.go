package cloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// SignatureHeader carries a webhook's signature.
const SignatureHeader = "X-Hub-Signature-256"

const signaturePrefix = "sha256="

// Sign returns the value of SignatureHeader for the exact bytes of body.
func Sign(secret string, body []byte) string {
	sum := digest(secret, body)
	return signaturePrefix + hex.EncodeToString(sum)
}

// VerifySignature reports whether header is the signature of body. It takes as
// long for a wrong one as for a right one.
func VerifySignature(secret string, body []byte, header string) bool {
	text, found := strings.CutPrefix(header, signaturePrefix)
	given, err := hex.DecodeString(text)
	return found && err == nil && hmac.Equal(given, digest(secret, body))
}

func digest(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}
