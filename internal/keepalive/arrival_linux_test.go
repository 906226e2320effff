package keepalive

import (
	"sync/atomic"
	"testing"
	"time"
)

// An answer arrived after its last byte was sent and before it was read, whoever
// reads it; one whose end is the connection's has no arrival that could be known.
func TestAnAnswerKnowsWhenItArrived(t *testing.T) {
	for _, c := range []struct {
		name    string
		secure  bool
		pieces  []string
		unknown bool
	}{
		{name: "at once", pieces: []string{hello}},
		{name: "in pieces", pieces: []string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "\r\nhe", "llo"}},
		{name: "over TLS", secure: true, pieces: []string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hello"}},
		{name: "to the end", pieces: []string{"HTTP/1.1 200 OK\r\n\r\nhello"}, unknown: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said atomic.Pointer[time.Time] // just before the last piece
			serve := func(p *peer, _ int) {
				for _, ok := p.request(); ok; _, ok = p.request() {
					for i, piece := range c.pieces {
						if i > 0 {
							<-time.After(time.Millisecond) // so that pieces come one by one, and later is later
						}
						now := time.Now()
						said.Store(&now)
						p.say(piece)
					}
					if c.unknown {
						return
					}
				}
			}
			options, base := Options{}, Base{}
			if c.secure {
				server, client := authority(t)
				_, url := secureWorld(t, server, serve)
				options.TLS = client
				base, _ = ParseBase(url)
			} else {
				base = Base{Host: newWorld(t, listen(t), serve).listener.Addr().String()}
			}
			request := &Request{Base: base, Method: post, Body: []byte("x")}
			goroutines := newClient(t, options)
			l, err := newClient(t, options).NewLoop()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(l.Close)
			for name, do := range map[string]func() (*Answer, error){
				"goroutine": func() (*Answer, error) { return goroutines.Do(request, time.Time{}) },
				"loop": func() (answer *Answer, err error) {
					l.Go(func() { answer, err = l.Do(request, time.Time{}) })
					for l.Busy() > 0 {
						l.Doze(time.Millisecond)
					}
					return answer, err
				},
			} {
				for giveUp := time.Now().Add(time.Minute); ; { // until the kernel has begun to stamp
					answer, err := do()
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					at, body := answer.Arrived, string(answer.Body)
					now := time.Now()
					if answer.Release(); body != "hello" {
						t.Errorf("%s: %q", name, body)
					}
					if !at.IsZero() && (c.unknown || at.Before(said.Load().Round(0)) || at.After(now.Round(0))) {
						t.Errorf("%s: arrived at %v; the last piece was sent at %v and read at %v", name, at, said.Load(), now)
					}
					if c.unknown || !at.IsZero() {
						break
					}
					if time.Now().After(giveUp) {
						t.Fatalf("%s: it is never known", name)
					}
				}
			}
		})
	}
}
