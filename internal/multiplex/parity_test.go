package multiplex

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	h2 "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// ask is one request of a case.
type ask struct {
	method  string // empty is GET
	body    string
	header  string // a header's value, of a header beside the usual ones
	timeout time.Duration
	after   string // what the server must have said first
}

const (
	post  = http.MethodPost
	brief = 150 * time.Millisecond
)

func sorted(lines []string) string {
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// always answers every request alike.
func always(answer func(p *peer, stream uint32)) script {
	return func(p *peer, _ int) {
		if !p.greet() {
			return
		}
		for stream, _ := p.request(); stream != 0; stream, _ = p.request() {
			answer(p, stream)
		}
	}
}

// once answers the first request of a connection and waits for its end.
func once(answer func(p *peer, stream uint32)) script {
	return func(p *peer, _ int) {
		p.greet()
		stream, _ := p.request()
		answer(p, stream)
		p.untilGone()
	}
}

// afterOne answers one request and serves the next in its own way.
func afterOne(next func(p *peer)) script {
	return func(p *peer, _ int) {
		p.greet()
		stream, _ := p.request()
		p.hello(stream)
		next(p)
		p.untilGone()
	}
}

// headed answers with headers alone.
func headed(fields ...string) script {
	return always(func(p *peer, stream uint32) { p.head(stream, true, fields...) })
}

// firstly serves the first connection in its own way, and those after it
// without fault.
func firstly(first script) script {
	return func(p *peer, nth int) {
		if nth > 1 {
			always((*peer).hello)(p, nth)
			return
		}
		first(p, nth)
	}
}

var parity = []struct {
	name  string
	serve script
	asks  []ask
	want  []string
	conns int
}{
	{"a connection is used again", always((*peer).hello), []ask{{}, {method: post, body: "x"}, {method: http.MethodDelete}}, []string{"200 hello", "200 hello", "200 hello"}, 1},
	{"a POST without a body", always((*peer).hello), []ask{{method: post}}, []string{"200 hello"}, 1},
	{"headers alone", headed(":status", "200", "x", "1", "x", "2"), []ask{{}, {}}, []string{"200", "200"}, 1},
	{"no content", headed(":status", "204"), []ask{{}}, []string{"204"}, 1},
	{"an error", headed(":status", "429", "retry-after", "7"), []ask{{method: post, body: "x"}}, []string{"429"}, 1},
	{"HEAD has a length and no body", headed(":status", "200", "content-length", "7"), []ask{{method: http.MethodHead}, {method: http.MethodHead}}, []string{"200", "200"}, 1},
	{"informational answers are passed over", always(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "100")
		p.head(stream, false, ":status", "103", "link", "</a>")
		p.hello(stream)
	}), []ask{{}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"a trailer", always(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200", "trailer", "x-sum")
		_ = p.WriteData(stream, false, []byte("hello"))
		p.head(stream, true, "x-sum", "7")
	}), []ask{{}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"a body in pieces, padded", always(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200", "content-length", "5")
		_ = p.WriteData(stream, false, nil)
		_ = p.WriteDataPadded(stream, false, []byte("hel"), make([]byte, 200))
		_ = p.WriteData(stream, true, []byte("lo"))
	}), []ask{{}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"long headers go on in further frames", always(func(p *peer, stream uint32) {
		p.encoded.Reset()
		_ = p.encoder.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
		_ = p.encoder.WriteField(hpack.HeaderField{Name: "x-long", Value: strings.Repeat("x", testHeadLimit/2)})
		block := p.encoded.Bytes()
		_ = p.WriteHeaders(h2.HeadersFrameParam{StreamID: stream, BlockFragment: block[:5], EndStream: true})
		_ = p.WriteContinuation(stream, false, block[5:20])
		_ = p.WriteContinuation(stream, true, block[20:])
	}), []ask{{}, {}}, []string{"200", "200"}, 1},
	{"a request with long headers", always((*peer).hello), []ask{{header: strings.Repeat("long ", 8000)}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"a large upload", always((*peer).hello), []ask{{method: post, body: strings.Repeat("x", 1<<20)}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"an upload that the server takes byte by byte", func(p *peer, _ int) {
		p.greet(h2.Setting{ID: h2.SettingInitialWindowSize, Val: 3})
		for stream, body := p.request(); stream != 0; stream, body = p.request() {
			p.head(stream, false, ":status", "200")
			_ = p.WriteData(stream, true, []byte(body))
		}
	}, []ask{{}, {method: post, body: "Your code is 123456"}}, []string{"200", "200 Your code is 123456"}, 1},
	{"an answer before the request was read", func(p *peer, _ int) {
		p.greet()
		stream := p.begun()
		p.hello(stream)
		p.ended(stream)
		stream, _ = p.request()
		p.hello(stream)
		p.untilGone()
	}, []ask{{method: post, body: strings.Repeat("x", 1<<20)}, {}}, []string{"200 hello", "200 hello"}, 1},
	{"ping, unknown frames and settings in mid-answer", always(func(p *peer, stream uint32) {
		_ = p.WritePing(false, [8]byte{1})
		p.head(stream, false, ":status", "200")
		_ = p.WriteRawFrame(0x77, 0, stream, []byte("what"))
		_ = p.WriteSettings(h2.Setting{ID: h2.SettingHeaderTableSize, Val: 0}, h2.Setting{ID: h2.SettingMaxFrameSize, Val: 20000})
		_ = p.WriteData(stream, true, []byte("hello"))
	}), []ask{{}, {method: post, body: "x"}, {}}, []string{"200 hello", "200 hello", "200 hello"}, 1},

	{"a body cut short", once(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200")
		_ = p.WriteData(stream, false, []byte("hel"))
		p.Close()
	}), []ask{{}}, []string{"cut"}, 1},
	{"a body shorter than declared", always(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200", "content-length", "9")
		_ = p.WriteData(stream, true, []byte("hello"))
	}), []ask{{}}, []string{"cut"}, 1},
	{"a body longer than declared", always(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200", "content-length", "2")
		_ = p.WriteData(stream, true, []byte("hello"))
	}), []ask{{}}, []string{"faulty"}, 1},
	{"a declared body that does not come", headed(":status", "200", "content-length", "2"), []ask{{}}, []string{"cut"}, 1},
	{"a length that is none is nobody's concern", always(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200", "content-length", "two")
		_ = p.WriteData(stream, true, []byte("hello"))
	}), []ask{{}}, []string{"200 hello"}, 1},
	{"no answer", once(func(p *peer, _ uint32) { p.Close() }), []ask{{method: post, body: "x"}}, []string{"cut"}, 1},
	{"a POST is not sent again", func(p *peer, nth int) {
		if nth > 1 {
			always((*peer).hello)(p, nth)
			return
		}
		p.greet()
		stream, _ := p.request()
		p.hello(stream)
		p.request()
	}, []ask{{}, {method: post, body: "x"}, {}}, []string{"200 hello", "cut", "200 hello"}, 2},

	{"not HTTP/2", func(p *peer, _ int) {
		_, _ = io.WriteString(p.Conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
		p.untilGone()
	}, []ask{{}}, []string{"faulty"}, 1},
	{"no settings", func(p *peer, _ int) {
		_ = p.WritePing(false, [8]byte{})
		p.untilGone()
	}, []ask{{}}, []string{"faulty"}, 1},
	{"no status", headed("x", "y"), []ask{{}}, []string{"faulty"}, 1},
	{"a status that is none", headed(":status", "fine"), []ask{{}}, []string{"faulty"}, 1},
	{"a header name in capitals", headed(":status", "200", "X-Capital", "1"), []ask{{}}, []string{"faulty"}, 1},
	{"an informational answer is the last", headed(":status", "103"), []ask{{}}, []string{"faulty"}, 1},
	{"headers over the limit", headed(":status", "200", "x", strings.Repeat("x", 2*testHeadLimit)), []ask{{}}, []string{"faulty"}, 1},
	{"a body before the headers", firstly(once(func(p *peer, stream uint32) { _ = p.WriteData(stream, true, []byte("x")) })), []ask{{}}, []string{"faulty"}, 1},
	{"a body where HEAD was asked", firstly(once(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200")
		_ = p.WriteData(stream, true, []byte("x"))
	})), []ask{{method: http.MethodHead}}, []string{"200"}, 1},
	{"headers in a body", once(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200")
		p.head(stream, false, "x", "1")
	}), []ask{{}}, []string{"faulty"}, 1},
	{"a body that was not asked for", once(func(p *peer, stream uint32) { _ = p.WriteData(stream+2, true, []byte("x")) }), []ask{{}}, []string{"faulty"}, 1},
	{"a push", once(func(p *peer, stream uint32) {
		_ = p.WritePushPromise(h2.PushPromiseParam{StreamID: stream, PromiseID: 2, EndHeaders: true})
	}), []ask{{}}, []string{"faulty"}, 1},
	{"a broken compression", once(func(p *peer, stream uint32) {
		_ = p.WriteHeaders(h2.HeadersFrameParam{StreamID: stream, BlockFragment: []byte{0xff, 0xff, 0xff, 0xff, 0xff}, EndHeaders: true, EndStream: true})
	}), []ask{{}}, []string{"faulty"}, 1},
	{"a window beyond the protocol's", once(func(p *peer, _ uint32) { _ = p.WriteWindowUpdate(0, 1<<31-1) }), []ask{{}}, []string{"faulty"}, 1},

	{"a reset stream leaves the connection alone", func(p *peer, _ int) {
		p.greet()
		stream, _ := p.request()
		_ = p.WriteRSTStream(stream, h2.ErrCodeInternal)
		stream, _ = p.request()
		p.hello(stream)
		p.untilGone()
	}, []ask{{method: post, body: "x"}, {}}, []string{"faulty", "200 hello"}, 1},
	{"a refused stream is sent again", func(p *peer, _ int) {
		p.greet()
		stream, _ := p.request()
		_ = p.WriteRSTStream(stream, h2.ErrCodeRefusedStream)
		stream, _ = p.request()
		p.hello(stream)
		p.untilGone()
	}, []ask{{method: post, body: "x"}}, []string{"200 hello"}, 1},
	{"one of whose end the server says so, by a new connection", firstly(once(func(p *peer, stream uint32) {
		_ = p.WriteRSTStream(stream, h2.ErrCodeProtocol)
	})), []ask{{method: post, body: "x"}}, []string{"200 hello"}, 2},
	{"a server that leaves answers what it has begun", firstly(once(func(p *peer, stream uint32) {
		_ = p.WriteGoAway(stream, h2.ErrCodeNo, nil)
		p.hello(stream)
	})), []ask{{method: post, body: "x"}, {}}, []string{"200 hello", "200 hello"}, 2},
	{"what it has not begun is sent again", firstly(func(p *peer, _ int) {
		p.greet()
		stream, _ := p.request()
		p.hello(stream)
		p.request()
		_ = p.WriteGoAway(stream, h2.ErrCodeNo, nil)
		p.untilGone()
	}), []ask{{}, {method: post, body: "x"}}, []string{"200 hello", "200 hello"}, 2},
	{"but not where the first of a connection was at fault", once(func(p *peer, _ uint32) {
		_ = p.WriteGoAway(0, h2.ErrCodeEnhanceYourCalm, nil)
	}), []ask{{method: post, body: "x"}}, []string{"faulty"}, 1},
	{"a server that leaves for a fault and ends", once(func(p *peer, stream uint32) {
		_ = p.WriteGoAway(stream, h2.ErrCodeInternal, nil)
		p.Close()
	}), []ask{{method: post, body: "x"}}, []string{"faulty"}, 1},
	{"a connection that the server closed while it was idle", firstly(func(p *peer, _ int) {
		p.greet()
		stream, _ := p.request()
		p.hello(stream)
		_ = p.WriteGoAway(stream, h2.ErrCodeNo, nil)
		_ = p.WritePing(false, [8]byte{1})
		p.pong()
		p.server.said <- "left"
		p.untilGone()
	}), []ask{{}, {after: "left"}}, []string{"200 hello", "200 hello"}, 2},

	{"a server that never answers", afterOne(func(p *peer) { p.request() }), []ask{{}, {timeout: brief}}, []string{"200 hello", "timeout"}, 1},
	{"half a body and silence", afterOne(func(p *peer) {
		stream, _ := p.request()
		p.head(stream, false, ":status", "200")
		_ = p.WriteData(stream, false, []byte("hel"))
	}), []ask{{}, {timeout: brief}}, []string{"200 hello", "timeout"}, 1},
	{"an upload that nobody reads", afterOne(func(p *peer) { <-p.server.over }), []ask{{}, {method: post, body: strings.Repeat("x", 1<<20), timeout: brief}}, []string{"200 hello", "timeout"}, 1},
}

func TestTheCallerAndTheServerCannotTellItFromNetHTTP(t *testing.T) {
	for _, c := range parity {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var model *server
			var headers []http.Header
			for _, way := range ways(t, nil) {
				s := serve(t, c.serve)
				got, saw := perform(t, s, way, "http://"+s.base().Host, c.asks)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s hears (-want +got):\n%s", way.name, diff)
				}
				// net/http may dial once more than it needs.
				if n := s.opened(); n < c.conns || n > c.conns && model != nil {
					t.Errorf("%s opens %d connections, want %d", way.name, n, c.conns)
				}
				s.close()
				if model == nil {
					model, headers = s, saw
					continue
				}
				if diff := cmp.Diff(headers, saw); diff != "" {
					t.Errorf("%s reads other headers than net/http (-net/http +got):\n%s", way.name, diff)
				}
				if diff := cmp.Diff(model.heads, s.heads); diff != "" {
					t.Errorf("%s sends other heads than net/http (-net/http +got):\n%s", way.name, diff)
				}
			}
		})
	}
}

// perform sends a case's requests one after another.
func perform(t *testing.T, s *server, way way, url string, asks []ask) (texts []string, headers []http.Header) {
	t.Helper()
	defer way.idle()
	for _, a := range asks {
		if a.after != "" {
			way.hear(t, s.said, a.after)
		}
		h := way.send(a.request(t, url), a.timeout)
		texts, headers = append(texts, h.Text), append(headers, h.Header)
	}
	return texts, headers
}

// hear waits until the server has said something.
func (w way) hear(t *testing.T, said <-chan string, want string) {
	t.Helper()
	for {
		select {
		case got := <-said:
			if got != want {
				t.Fatalf("the server said %q, want %q", got, want)
			}
			return
		case <-w.turns:
			w.turn()
		}
	}
}

func (a ask) request(t *testing.T, url string) *http.Request {
	t.Helper()
	var body io.Reader
	if a.body != "" {
		body = strings.NewReader(a.body)
	}
	req, err := http.NewRequestWithContext(context.Background(), a.method, url+"/path?q=a%20b#fragment", body)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, http.Header{
		"X-Test": {"yes"}, "Authorization": {"Bearer x"}, "X-Two": {"1", "2"},
		"Content-Length": {"99"}, "Host": {"elsewhere"}, // are not the caller's to say
	})
	if a.header != "" {
		req.Header.Set("X-More", a.header)
		req.Header.Set("User-Agent", "test/1")
	}
	return req
}
