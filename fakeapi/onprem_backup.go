package fakeapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// backupHead begins every backup's data, as the platform's do.
const backupHead = "WAER."

// backup is the registration as data that only the password opens:
//
//	base64( "WAER." payload "." HMAC-SHA256(password, payload) )
func backup(password, payload string) string {
	return base64.StdEncoding.EncodeToString([]byte(backupHead + payload + "." + string(sealOf(password, payload))))
}

func sealOf(password, payload string) []byte {
	h := hmac.New(sha256.New, []byte(password))
	h.Write([]byte(payload)) // never fails
	return h.Sum(nil)
}

// opensBackup reports whether the password opens the data of a backup of the
// number. The Cloud API asks it when a number is registered with one.
func opensBackup(password, data, number string) bool {
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil || len(raw) < sha256.Size+1 {
		return false
	}
	body, found := strings.CutPrefix(string(raw[:len(raw)-sha256.Size]), backupHead)
	payload, dot := strings.CutSuffix(body, ".")
	found = found && strings.HasPrefix(payload, number+" ")
	return found && dot && hmac.Equal(raw[len(raw)-sha256.Size:], sealOf(password, payload))
}

// backUp is POST /v1/settings/backup.
func (o *onPremSide) backUp(c *onPremCall) {
	var b onprem.Backup
	if !o.read(c, &b) {
		return
	}
	if b.Password == "" {
		o.fail(c.exchange, parameterMissing("password"))
		return
	}
	data := backup(b.Password, o.server.options.PhoneNumberID+" "+c.arrived.UTC().Format(time.RFC3339))
	o.okSettings(c, onprem.Settings{Data: data})
}

// restore is POST /v1/settings/restore: the number comes back to this platform.
func (o *onPremSide) restore(c *onPremCall) {
	var b onprem.Backup
	if !o.read(c, &b) {
		return
	}
	switch {
	case b.Password == "" || b.Data == "":
		o.fail(c.exchange, parameterMissing("password or data"))
	case !opensBackup(b.Password, b.Data, o.server.options.PhoneNumberID):
		o.fail(c.exchange, parameterNotValid("the password does not open the data"))
	default:
		for _, side := range o.server.sides() {
			side.fault(Fault{Kind: Migrate, To: whatsapp.OnPrem}, true)
		}
		o.ok(c.exchange, http.StatusOK, onprem.Answer{})
	}
}
