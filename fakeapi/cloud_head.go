package fakeapi

import (
	"encoding/base64"
	"encoding/binary"
	"net/http"
)

// Headers that are the same in every answer, in the form in which net/http
// keeps them, so that setting one allocates nothing.
var (
	anyOrigin   = []string{"*"}
	noCache     = []string{"private, no-cache, no-store, must-revalidate"}
	pragma      = []string{"no-cache"}
	longExpired = []string{"Sat, 01 Jan 2000 00:00:00 GMT"}
	strictHTTPS = []string{"max-age=15552000; preload"}
	altService  = []string{`h3=":443"; ma=86400`}
	varyBy      = []string{"Accept-Encoding"}
	revision    = []string{"1019544279"}
	rlafr       = []string{"0"}
	appUsage    = []string{`{"call_count":0,"total_cputime":0,"total_time":0}`}
	quality     = []string{"EXCELLENT; q=0.9, rtt=7, rtx=0, c=10, mss=1380, tbw=372, tp=-1, tpl=-1, uplat=0, ullat=0"}
)

// head sets the headers of every answer of the Cloud API.
func (c *cloudSide) head(x *exchange, h http.Header) {
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Cache-Control"] = noCache
	h["Pragma"] = pragma
	h["Expires"] = longExpired
	h["Strict-Transport-Security"] = strictHTTPS
	h["Alt-Svc"] = altService
	h["Vary"] = varyBy
	h["X-Fb-Rev"] = revision
	h["X-Fb-Rlafr"] = rlafr
	h["X-Fb-Connection-Quality"] = quality
	token := c.marks(x.n)
	marks := []string{token[:23], token[23:34], token[34:], c.version(x)} // one allocation for all that differ
	h["Facebook-Api-Version"] = marks[3:4:4]
	h["X-Fb-Request-Id"] = marks[0:1:1]
	h["X-Fb-Trace-Id"] = marks[1:2:2]
	h["X-Fb-Debug"] = marks[2:3:3]
}

// marks returns the random texts of an answer, one after the other: request id
// (23 characters), trace id (11) and debug (88).
func (c *cloudSide) marks(n int64) string {
	var raw [96]byte
	seed := bits(c.server.seed, n, drawTrace)
	for i := 0; i < len(raw); i += 8 {
		seed += 0x9e3779b97f4a7c15
		binary.LittleEndian.PutUint64(raw[i:], mix(seed))
	}
	var text [34 + 88]byte
	room := base64.RawURLEncoding.AppendEncode(text[:0], raw[:26])[:34]
	room[0] = 'A'
	room = base64.StdEncoding.AppendEncode(room, raw[30:95])
	return string(room)
}

// usage sets the headers that say how much of an account's calls are used.
func (c *cloudSide) usage(h http.Header, a *account) {
	if a == nil {
		h["X-App-Usage"] = appUsage
		return
	}
	h["X-Business-Use-Case-Usage"] = a.usageHeader()
}
