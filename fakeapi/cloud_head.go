package fakeapi

import (
	"encoding/base64"
	"encoding/binary"
)

// fixedHeaders are the same in every answer of the Cloud API, in the form in
// which net/http keeps them, so that setting one allocates nothing.
var fixedHeaders = []struct {
	name  string
	value []string
}{
	{"Access-Control-Allow-Origin", []string{"*"}},
	{"Cache-Control", []string{"private, no-cache, no-store, must-revalidate"}},
	{"Pragma", []string{"no-cache"}},
	{"Expires", []string{"Sat, 01 Jan 2000 00:00:00 GMT"}},
	{"Strict-Transport-Security", []string{"max-age=15552000; preload"}},
	{"Alt-Svc", []string{`h3=":443"; ma=86400`}},
	{"Vary", []string{"Accept-Encoding"}},
	{"X-Fb-Rev", []string{"1019544279"}},
	{"X-Fb-Rlafr", []string{"0"}},
	{"X-Fb-Connection-Quality", []string{"EXCELLENT; q=0.9, rtt=7, rtx=0, c=10, mss=1380, tbw=372, tp=-1, tpl=-1, uplat=0, ullat=0"}},
}

// fixedLines are the same as lines of HTTP/1.1.
var fixedLines = func() (lines []byte) {
	for _, h := range fixedHeaders {
		lines = appendLine(lines, h.name, h.value[0])
	}
	return lines
}()

func appendLine(dst []byte, name, value string) []byte {
	return append(append(append(append(dst, name...), ": "...), value...), "\r\n"...)
}

var appUsage = []string{`{"call_count":0,"total_cputime":0,"total_time":0}`}

// Where the random texts of an answer are in what marks returns.
const (
	requestMark = 23
	traceMark   = requestMark + 11
	debugMark   = traceMark + 88
)

// head sets the headers of every answer of the Cloud API and returns the trace
// id among them.
func (c *cloudSide) head(x *exchange) (trace string) {
	marks, version := c.marks(x.n), c.version(x)
	trace = string(marks[requestMark:traceMark])
	if w := x.wire; w != nil {
		w.head = append(w.head, fixedLines...)
		w.head = appendLine(w.head, "Facebook-Api-Version", version)
		w.head = append(append(w.head, "X-Fb-Request-Id: "...), marks[:requestMark]...)
		w.head = append(append(w.head, "\r\nX-Fb-Trace-Id: "...), trace...)
		w.head = append(append(w.head, "\r\nX-Fb-Debug: "...), marks[traceMark:]...)
		w.head = append(w.head, "\r\n"...)
		return trace
	}
	h := x.w.Header()
	for _, fixed := range fixedHeaders {
		h[fixed.name] = fixed.value
	}
	h["Facebook-Api-Version"] = []string{version}
	h["X-Fb-Request-Id"] = []string{string(marks[:requestMark])}
	h["X-Fb-Trace-Id"] = []string{trace}
	h["X-Fb-Debug"] = []string{string(marks[traceMark:])}
	return trace
}

// marks returns the random texts of an answer, one after the other: request id,
// trace id and debug.
func (c *cloudSide) marks(n int64) (text [debugMark]byte) {
	var raw [96]byte
	seed := bits(c.server.seed, n, drawTrace)
	for i := 0; i < len(raw); i += 8 {
		seed += 0x9e3779b97f4a7c15
		binary.LittleEndian.PutUint64(raw[i:], mix(seed))
	}
	var room [traceMark + 2]byte
	copy(text[:traceMark], base64.RawURLEncoding.AppendEncode(room[:0], raw[:26]))
	text[0] = 'A'
	base64.StdEncoding.Encode(text[traceMark:], raw[30:95])
	return text
}

// usage sets the headers that say how much of an account's calls are used.
func (c *cloudSide) usage(x *exchange, a *account) {
	name, value := "X-App-Usage", appUsage
	if a != nil {
		name, value = "X-Business-Use-Case-Usage", a.usageHeader()
	}
	if w := x.wire; w != nil {
		w.head = appendLine(w.head, name, value[0])
		return
	}
	x.w.Header()[name] = value
}
