package keepalive

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ask is one request of a parity case.
type ask struct {
	method  string // empty is GET
	body    string
	key     string // an Idempotency-Key
	close   bool
	unsized bool          // the body's length is not told
	timeout time.Duration // 0 is none
	after   string        // waits until the server has said this
}

const (
	hello   = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello"
	brief   = 50 * time.Millisecond // a timeout that is to be met
	get     = "GET"
	post    = "POST"
	farwell = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)

// parity are the cases in which this client must not be told from net/http's:
// what the caller hears and how many connections the server sees. Bytes that
// nobody asked for are not among them: net/http may take them for the next
// answer, if that is asked for soon enough.
var parity = []struct {
	name  string
	serve script
	asks  []ask
	want  []string
	conns int
}{
	{"a connection is used again", always(hello), []ask{{}, {}, {method: post, body: "x"}}, []string{"200 hello", "200 hello", "200 hello"}, 1},
	{"the server ends it", always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"), []ask{{}, {}}, []string{"200 hi", "200 hi"}, 2},
	{"the server ends it among other options", always("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nhi"), []ask{{}, {}}, []string{"200 hi", "200 hi"}, 2},
	{"the caller ends it", always(hello), []ask{{close: true}, {}}, []string{"200 hello", "200 hello"}, 2},
	{"HTTP/1.0 ends by itself", once("HTTP/1.0 200 OK\r\n\r\nto the end"), []ask{{}, {}}, []string{"200 to the end", "200 to the end"}, 2},
	{"HTTP/1.0 with a length ends too", always("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"), []ask{{}, {}}, []string{"200 hi", "200 hi"}, 2},
	{"HTTP/1.0 keeps alive if it says so", always("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi"), []ask{{}, {}}, []string{"200 hi", "200 hi"}, 1},
	{"HTTP/1.1 without a length ends with the connection", once("HTTP/1.1 200 OK\r\n\r\nto the end"), []ask{{}}, []string{"200 to the end"}, 1},
	{"chunks", always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), []ask{{}, {}}, []string{"200 abcde", "200 abcde"}, 1},
	{
		"chunks with a trailer", always("HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\nX-More: 8\r\n\r\n"),
		[]ask{{}, {}},
		[]string{"200 a +X-More=8 +X-Sum=7", "200 a +X-More=8 +X-Sum=7"},
		1,
	},
	{"chunks win over a length", always("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"), []ask{{}, {}}, []string{"200 a", "200 a"}, 1},
	{"continue and early hints are passed over", always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + hello), []ask{{}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"no content", always("HTTP/1.1 204 No Content\r\n\r\n"), []ask{{}, {}}, []string{"204", "204"}, 1},
	{"not modified has a length and no body", always("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"), []ask{{}, {}}, []string{"304", "304"}, 1},
	{"HEAD has a length and no body", always("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"), []ask{{method: "HEAD"}, {method: "HEAD"}}, []string{"200", "200"}, 1},
	{"an empty body", always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), []ask{{}, {}}, []string{"200", "200"}, 1},
	{"odd but accepted", always("HTTP/1.1  200\nfolded: a\n  b\r\nContent-Length : 3\r\ncontent-length: 2\r\nContent-Length: 2\r\nPragma: no-cache\r\nX: \r\n\r\nhi"), []ask{{}}, []string{"200 hi"}, 1},
	{"a folded header after an answer with as many before it", func(p *peer, _ int) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		p.request()
		p.say("HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n")
	}, []ask{{}, {}}, []string{"200", "200"}, 1},

	{"a body cut short", once("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"), []ask{{}}, []string{"cut"}, 1},
	{"a chunk cut short", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello"), []ask{{}}, []string{"cut"}, 1},
	{"a trailer cut short", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"), []ask{{}}, []string{"cut"}, 1},
	{"a head cut short", once("HTTP/1.1 200 OK\r\nX: 1\r\n"), []ask{{method: post, body: "x"}}, []string{"cut"}, 1},
	{"no answer", once(""), []ask{{}}, []string{"closed"}, 1},
	{"a reset", func(p *peer, _ int) { p.request(); p.reset() }, []ask{{}}, []string{"closed"}, 1},
	{"not a status line", once("SSH-2.0-OpenSSH_9.6\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"not a version", once("HTTP/x.y 200 OK\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"not a status", once("HTTP/1.1 2000 OK\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"not a header", once("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"not a header name", once("HTTP/1.1 200 OK\r\nna(me: x\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"a control character in a header", once("HTTP/1.1 200 OK\r\nname: \x01\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"not a length", once("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"two lengths", once("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), []ask{{}}, []string{"not HTTP"}, 1},
	{"another transfer encoding", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"a bad chunk", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), []ask{{}}, []string{"not HTTP"}, 1},
	{"a head over the limit", once("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*testHeadLimit) + "\r\n\r\n"), []ask{{}}, []string{"not HTTP"}, 1},

	{"a server that never answers", func(p *peer, _ int) { p.untilGone() }, []ask{{timeout: brief}}, []string{"timeout"}, 1},
	{"half a head and silence", func(p *peer, _ int) { p.request(); p.say("HTTP/1.1 200 OK\r\nX"); p.untilGone() }, []ask{{timeout: brief}}, []string{"timeout"}, 1},
	{"half a body and silence", func(p *peer, _ int) { p.request(); p.say(hello[:len(hello)-1]); p.untilGone() }, []ask{{timeout: brief}}, []string{"timeout"}, 1},
	{"a connection is dropped after a timeout", func(p *peer, nth int) {
		p.request()
		if nth > 1 {
			p.say(hello)
		}
		p.untilGone()
	}, []ask{{timeout: brief}, {}}, []string{"timeout", "200 hello"}, 2},

	// Requests that meet their connection's end: net/http's rules of repetition.
	{"a GET is sent again", answeredOnce, []ask{{}, {}}, []string{"200 hello", "200 hello"}, 2},
	{"a POST with an idempotency key is sent again", answeredOnce, []ask{{}, {method: post, body: "x", key: "k"}}, []string{"200 hello", "200 hello"}, 2},
	{"so is a large one", answeredOnce, []ask{{}, {method: post, body: strings.Repeat("x", 1<<20), key: "k"}}, []string{"200 hello", "200 hello"}, 2},
	{"a POST is not", answeredOnce, []ask{{}, {method: post, body: "x"}}, []string{"200 hello", "closed"}, 1},
	{"nor is a GET after a byte of its answer", answeredAndBegun, []ask{{}, {}}, []string{"200 hello", "cut"}, 1},
	{"nor is a GET that is the first of its connection", once(""), []ask{{}}, []string{"closed"}, 1},
	{"an idle connection that was closed", func(p *peer, _ int) {
		p.request()
		p.say(hello)
		p.Close()
		p.world.said <- "closed"
	}, []ask{{}, {after: "closed"}}, []string{"200 hello", "200 hello"}, 2},

	{"a large upload", always(hello), []ask{{method: post, body: strings.Repeat("x", 1<<20)}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"an upload of untold length", always(hello), []ask{{method: post, body: "abc", unsized: true}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"an upload of untold length with nothing in it", always(hello), []ask{{method: post, unsized: true}, {method: get, unsized: true}}, []string{"200 hello", "200 hello"}, 1},
	{"a GET with a body of untold length", always(hello), []ask{{body: "abc", unsized: true}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"an answer before the request was read", func(p *peer, nth int) {
		p.head()
		p.say("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
		if nth == 1 {
			<-p.world.over // holds the rest back until the test is over
		}
	}, []ask{{method: post, body: strings.Repeat("x", 32<<20)}, {}}, []string{"413 no", "413 no"}, 2},
}

// answeredOnce answers a connection's first request and takes the second
// without a word; the connections after the first are in order.
func answeredOnce(p *peer, nth int) {
	if nth > 1 {
		always(hello)(p, nth)
		return
	}
	p.request()
	p.say(hello)
	p.request()
}

func answeredAndBegun(p *peer, _ int) {
	p.request()
	p.say(hello)
	p.request()
	p.say("HTTP/1.1 200 OK\r\n")
}

func TestTheCallerAndTheServerCannotTellItFromNetHTTP(t *testing.T) {
	for _, c := range parity {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var model *world
			var headers []http.Header
			for _, way := range ways(t, nil) {
				if way.name == "Loop" && slices.ContainsFunc(c.asks, ask.large) {
					continue // goes around it, by connections that are not its own
				}
				w := newWorld(t, listen(t), c.serve)
				got, saw := perform(t, w, way, c.asks)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s hears (-want +got):\n%s", way.name, diff)
				}
				if w.opened() != c.conns {
					t.Errorf("%s opens %d connections, want %d", way.name, w.opened(), c.conns)
				}
				w.close()
				if model == nil {
					model, headers = w, saw
					continue
				}
				if diff := cmp.Diff(headers, saw); diff != "" {
					t.Errorf("%s reads other headers than net/http (-net/http +got):\n%s", way.name, diff)
				}
				if diff := cmp.Diff(model.heads, w.heads); diff != "" {
					t.Errorf("%s sends other heads than net/http (-net/http +got):\n%s", way.name, diff)
				}
			}
		})
	}
}

// perform sends a case's requests one after another.
func perform(t *testing.T, w *world, way way, asks []ask) (texts []string, headers []http.Header) {
	t.Helper()
	return performAt(t, w, way, "http://"+w.listener.Addr().String(), asks)
}

func performAt(t *testing.T, w *world, way way, url string, asks []ask) (texts []string, headers []http.Header) {
	t.Helper()
	defer way.idle()
	for _, a := range asks {
		if a.after != "" {
			if got := <-w.said; got != a.after {
				t.Fatalf("the server said %q, want %q", got, a.after)
			}
		}
		h := way.send(a.request(t, url), a.timeout)
		texts, headers = append(texts, h.Text), append(headers, h.Header)
	}
	return texts, headers
}

func (a ask) large() bool { return len(a.body) > smallBody }

// request makes the request; every world goes by one name.
func (a ask) request(t *testing.T, url string) *http.Request {
	t.Helper()
	var body io.Reader
	switch {
	case a.unsized:
		body = untold{strings.NewReader(a.body)}
	case a.body != "":
		body = strings.NewReader(a.body)
	}
	req, err := http.NewRequestWithContext(t.Context(), a.method, url+"/path?q=a%20b#fragment", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Host, req.Close = "test.example", a.close
	req.Header.Set("X-Test", " yes ")
	req.Header.Set("Authorization", "Bearer x")
	if a.key != "" {
		req.Header.Set("Idempotency-Key", a.key)
		req.Header.Set("User-Agent", "test/1")
		req.Header.Set("Content-Length", "99") // is not the caller's to say
		req.Header.Set("Connection", "close, x")
	}
	return req
}

// untold hides a body's length.
type untold struct{ io.Reader }
