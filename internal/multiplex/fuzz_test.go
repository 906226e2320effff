package multiplex

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	h2 "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"wabench/internal/keepalive"
)

// recorded returns what a server says that a script describes.
func recorded(script func(p *peer)) []byte {
	var said transcript
	p := &peer{Framer: h2.NewFramer(&said, nil)}
	p.encoder = hpack.NewEncoder(&p.encoded)
	script(p)
	return said
}

type transcript []byte

func (w *transcript) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// Whatever a server says, a request ends, and its answer is within its bounds.
func FuzzServer(f *testing.F) {
	f.Add(recorded(func(p *peer) {
		_ = p.WriteSettings(h2.Setting{ID: h2.SettingMaxConcurrentStreams, Val: 1})
		p.hello(1)
	}))
	f.Add(recorded(func(p *peer) {
		_ = p.WriteSettings(h2.Setting{ID: h2.SettingInitialWindowSize, Val: 0})
		p.head(1, false, ":status", "103")
		_ = p.WriteWindowUpdate(1, 5)
		p.head(1, false, ":status", "200", "content-length", "3")
		_ = p.WriteData(1, false, []byte("hel"))
		p.head(1, true, "x", "y")
	}))
	f.Add(recorded(func(p *peer) {
		_ = p.WriteSettings()
		_ = p.WriteGoAway(0, h2.ErrCodeNo, nil)
	}))
	f.Add(recorded(func(p *peer) {
		_ = p.WriteSettings(h2.Setting{ID: h2.SettingHeaderTableSize, Val: 1 << 30}, h2.Setting{ID: h2.SettingMaxFrameSize, Val: 1 << 20})
		_ = p.WritePing(false, [8]byte{})
		_ = p.WriteRSTStream(1, h2.ErrCodeRefusedStream)
	}))
	f.Add([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		dials := 0
		c := New(Options{HeadLimit: 1 << 10, BodyLimit: 1 << 10, Dial: func(context.Context, string, string) (net.Conn, error) {
			dials++
			here, there := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, there) }() // ends with the connection
			go func() {
				_, _ = there.Write(said)
				there.Close()
			}()
			return here, nil
		}})
		defer c.CloseIdleConnections()
		answer, err := c.Do(&keepalive.Request{
			Base: keepalive.Base{Host: "test.example"}, Method: post, Path: "/", Body: []byte("hello"),
		}, time.Now().Add(time.Second))
		if dials > retries+1 {
			t.Errorf("%d dials for one request", dials)
		}
		if err != nil {
			return
		}
		defer answer.Release()
		if len(answer.Body) > 1<<10 || answer.Length < int64(len(answer.Body)) || answer.Status == 0 {
			t.Errorf("status %d, %d of %d bytes", answer.Status, len(answer.Body), answer.Length)
		}
	})
}
