package keepalive

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// parsed is an answer as either parser reads it.
type parsed struct {
	Rejected               bool // the head
	Cut                    bool // the body
	Status                 string
	Code, Major, Minor     int
	Header, Trailer        http.Header
	Length                 int64
	Close                  bool
	Body                   string
	Left                   string // what was not read
	TransferEncodingChunks bool
}

// byNetHTTP is the oracle.
func byNetHTTP(r io.Reader, method string) parsed {
	buffer := bufio.NewReader(r)
	for {
		answer, err := http.ReadResponse(buffer, &http.Request{Method: method})
		if err != nil {
			return parsed{Rejected: true}
		}
		if answer.StatusCode >= 100 && answer.StatusCode <= 199 && answer.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		body, err := io.ReadAll(answer.Body)
		p := parsed{
			Cut: err != nil, Status: answer.Status, Code: answer.StatusCode, Major: answer.ProtoMajor, Minor: answer.ProtoMinor,
			Header: answer.Header, Trailer: answer.Trailer, Length: answer.ContentLength, Close: answer.Close,
			Body: string(body), TransferEncodingChunks: len(answer.TransferEncoding) > 0,
		}
		if err == nil {
			left, _ := io.ReadAll(buffer)
			p.Left = string(left)
		}
		return p
	}
}

// byUs reads an answer as a client does, without the connection.
func byUs(r io.Reader, method string) parsed {
	a := newAnswer(New(Options{HeadLimit: 1 << 30}))
	a.request.method = method
	a.buffer.Reset(r)
	if err := a.readHead(); err != nil {
		return parsed{Rejected: true}
	}
	head := string(a.head)
	_, status := a.statusLine(head)
	p := parsed{
		Status: status, Code: a.Status, Major: a.major, Minor: a.minor, Header: a.header(head), Trailer: a.announced(),
		Length: a.framing.length, Close: a.framing.close, TransferEncodingChunks: a.framing.chunked,
	}
	body, err := io.ReadAll(readerFunc(a.read))
	p.Body, p.Cut = string(body), err != nil
	if err == nil {
		left, _ := io.ReadAll(a.buffer)
		p.Left = string(left)
		for name, values := range a.Trailer() {
			if p.Trailer == nil {
				p.Trailer = http.Header{}
			}
			p.Trailer[name] = values
		}
	}
	return p
}

func FuzzAnswersAreReadAsNetHTTPReadsThem(f *testing.F) {
	for _, answer := range []string{
		hello, farwell, sendAnswer + strings.Repeat("x", 186), "HTTP/1.0 200 OK\r\n\r\nto the end",
		"HTTP/1.1 200 OK\r\nTrailer: X-Sum, ,Y\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\nX-More: 8\r\n\r\nmore",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\n\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n folded first\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTrailer: Content-Length\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: Keep-Alive, x\r\nContent-Length: 2\r\n\r\nhi",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + hello,
		"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
		"HTTP/1.1  200\nfolded: a\n  b \n \nContent-Length : 3\r\ncontent-length: 2\r\nContent-Length: 2\r\nPragma: no-cache\r\nX: \r\n\r\nhi",
		"HTTP/1.1 200 OK\r\nContent-Length: 05\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 +20 \r\n\r\n", "HTTP/3.7 200\n\n", "HTTP/0.0 200\nTransfer-Encoding: x\n\n", "HTTP/0.9 200 OK\n\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw",
		"SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 200 OK\r\n\tX: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nX\r\n\r\n", "HTTP/1.1 200 OK\r\nX: \x7f\r\n\r\n",
	} {
		f.Add([]byte(answer), false, false)
		f.Add([]byte(answer), true, true)
	}
	f.Fuzz(func(t *testing.T, answer []byte, head, slow bool) {
		method := http.MethodGet
		if head {
			method = http.MethodHead
		}
		var ours io.Reader = bytes.NewReader(answer)
		if slow {
			ours = iotest.OneByteReader(ours)
		}
		want, got := byNetHTTP(bytes.NewReader(answer), method), byUs(ours, method)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s %q (-net/http +got):\n%s", method, answer, diff)
		}
	})
}
