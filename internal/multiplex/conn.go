package multiplex

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"sync"
	"time"

	h2 "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"wabench/internal/keepalive"
	"wabench/internal/loop"
)

const (
	// streamWindow and connWindow are what a server may send before it is told
	// that it was read: answers are read at once, so it never waits for that.
	streamWindow = 4 << 20
	connWindow   = 1 << 30
	// protocolWindow and protocolFrame are what may be sent before the server
	// says otherwise.
	protocolWindow = 65535
	protocolFrame  = 16 << 10
	// firstStreams is how many requests a connection takes at once before its
	// server has said how many, and usualStreams if that does not say.
	firstStreams, usualStreams = 100, 1000
	// writesInTurn is how often who sends for others does so before somebody
	// else has to: its own answer may be there.
	writesInTurn = 4
	// freshFor is how long a connection may wait for its first request: nobody
	// reads it, and its server may end it.
	freshFor = 10 * time.Second
	// ownWrite bounds the writing of what no request waits for.
	ownWrite = 10 * time.Second
)

// conn is a connection and the requests that share it.
type conn struct {
	client *Client
	world  world // of its requests
	opened time.Time
	base   keepalive.Base
	scheme string
	below  *stash
	rw     net.Conn   // below, or TLS over it
	frames *h2.Framer // written under mu, read by read

	mu      sync.Mutex
	out     outbox
	writing bool // somebody sends what is in out
	block   bytes.Buffer
	encoder *hpack.Encoder
	lowered map[string]string

	streams    map[uint32]*Answer
	places     int // taken by requests, also before they have a stream
	nextID     uint32
	seen       uint32 // nextID when something was last read
	window     int64  // bytes of bodies that the server takes
	each       int64  // the same of a new stream
	frameSize  int
	maxStreams int
	taken      int64 // bytes of answers that the server was not given back
	settled    bool  // the server has said how it wants it

	leaving bool  // takes no new request, and ends with the last
	goAway  error // why the server wants it so, if it is for a fault
	err     error // of a connection that has ended
}

// outbox is what is to be written, in order.
type outbox struct{ waiting, spare []byte }

// Write implements io.Writer for the framer.
func (o *outbox) Write(p []byte) (int, error) {
	o.waiting = append(o.waiting, p...)
	return len(p), nil
}

// newConn makes a connection of one that is open.
func newConn(c *Client, base keepalive.Base, below *stash, rw net.Conn) *conn {
	k := &conn{
		client: c, opened: time.Now(), base: base, scheme: "http", below: below, rw: rw, lowered: map[string]string{},
		streams: map[uint32]*Answer{}, nextID: 1, seen: 1,
		window: protocolWindow, each: protocolWindow, frameSize: protocolFrame, maxStreams: firstStreams,
	}
	if base.Secure {
		k.scheme = "https"
	}
	k.frames = h2.NewFramer(&k.out, bufio.NewReaderSize(rw, protocolFrame))
	k.frames.SetReuseFrames()
	k.frames.SetMaxReadFrameSize(protocolFrame)
	k.frames.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	k.frames.MaxHeaderListSize = uint32(min(c.options.HeadLimit, math.MaxUint32))
	k.encoder = hpack.NewEncoder(&k.block)
	k.out.waiting = append(k.out.waiting, h2.ClientPreface...)
	_ = k.frames.WriteSettings(
		h2.Setting{ID: h2.SettingEnablePush, Val: 0},
		h2.Setting{ID: h2.SettingInitialWindowSize, Val: streamWindow},
		h2.Setting{ID: h2.SettingMaxFrameSize, Val: protocolFrame},
		h2.Setting{ID: h2.SettingMaxHeaderListSize, Val: k.frames.MaxHeaderListSize},
	)
	_ = k.frames.WriteWindowUpdate(0, connWindow)
	return k
}

// begin makes a connection one of a world's, which can be ended by cut from any
// goroutine. Somebody must then read.
func (k *conn) begin(in world, cut func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.world = in
	if !k.client.enlist(k, cut) {
		cut()
	}
	k.kick() // how answers are wanted, so that the server says the same of requests
}

// reserve takes a place for a request, if there is one.
func (k *conn) reserve() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil || k.leaving || k.places >= k.maxStreams || k.nextID > math.MaxInt32 {
		return false
	}
	k.places++
	return true
}

// stillborn returns why a connection has ended before there was a request.
func (k *conn) stillborn() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.nextID > 1 {
		return nil
	}
	return k.err
}

// exchange sends a request and waits for its answer. A place must have been
// reserved.
func (k *conn) exchange(ctx context.Context, a *Answer, req *keepalive.Request, authority string, deadline time.Time) error {
	if err := k.send(a, req, authority, deadline); err != nil {
		return err
	}
	err := k.world.await(ctx, a, deadline)
	if err == nil {
		return a.err
	}
	if !deadline.IsZero() && time.Since(deadline) > heldUp && k.world.await(ctx, a, time.Now().Add(catchUp)) == nil {
		if a.err == nil && loop.TooLate(a.Arrived, deadline) {
			return lateError(err)
		}
		return a.err
	}
	k.cancel(a, err)
	return a.err
}

const (
	// heldUp is more than a process hears late of a deadline that has to wait
	// for nothing.
	heldUp = 20 * time.Millisecond
	// catchUp is how long reading what has come meanwhile may take.
	catchUp = 100 * time.Millisecond
)

// lateError is that of an answer for which nobody waits any more.
func lateError(why error) error { return fmt.Errorf("read answer: %w", why) }

// send opens a stream for a request.
func (k *conn) send(a *Answer, req *keepalive.Request, authority string, deadline time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil || k.leaving || k.nextID > math.MaxInt32 {
		k.leave()
		if k.nextID == 1 && k.err != nil {
			return k.err // what became of this one would become of all
		}
		return &unprocessedError{errors.New("the connection ended before the request was sent")}
	}
	if k.nextID > 1 {
		k.client.reused.Add(1)
	}
	a.begin(k.nextID, k.each, req.Method, req.Body)
	k.streams[a.id] = a
	k.nextID += 2
	k.writeHead(a.id, req, authority)
	k.writeBody(a)
	k.flush(deadline)
	return nil
}

// field encodes a header.
func (k *conn) field(name, value string) {
	_ = k.encoder.WriteField(hpack.HeaderField{Name: name, Value: value}) // into memory
}

// writeBody writes as much of a request's body as the server takes.
func (k *conn) writeBody(a *Answer) {
	for len(a.rest) > 0 {
		n := min(int64(len(a.rest)), int64(k.frameSize), k.window, a.window)
		if n <= 0 {
			return
		}
		_ = k.frames.WriteData(a.id, n == int64(len(a.rest)), a.rest[:n])
		a.rest = a.rest[n:]
		k.window -= n
		a.window -= n
	}
}

// writeBodies goes on with the bodies that had to wait.
func (k *conn) writeBodies() {
	for _, a := range k.streams {
		k.writeBody(a)
	}
}

// flush sends what is to be written, unless somebody is at it, who then sends
// this too. k.mu is held, but not while it waits.
func (k *conn) flush(deadline time.Time) {
	if k.writing {
		return
	}
	k.writing = true
	for writes := 0; k.unsent() && k.err == nil; writes++ {
		if writes == writesInTurn {
			k.writing = false
			k.kick()
			return
		}
		p := k.out.waiting
		k.out.waiting, k.out.spare = k.out.spare[:0], nil
		k.mu.Unlock()
		err := k.write(p, deadline)
		k.mu.Lock()
		if cap(p) <= bufferKept {
			k.out.spare = p[:0]
		}
		if err != nil {
			k.end(err)
		}
	}
	k.writing = false
}

func (k *conn) unsent() bool { return len(k.out.waiting) > 0 || k.below.pending() }

func (k *conn) write(p []byte, deadline time.Time) error {
	if err := k.below.SetWriteDeadline(deadline); err != nil {
		return err
	}
	if _, err := k.rw.Write(p); err != nil {
		return err
	}
	return k.below.send()
}

// kick sends what is to be written where the caller must not wait for that.
func (k *conn) kick() {
	if k.writing || !k.unsent() || k.err != nil {
		return
	}
	k.world.apart(func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.flush(time.Now().Add(ownWrite))
	})
}

// cancel ends an exchange that nobody waits for any more, unless it is over.
// A connection on which nothing came since it was sent may be dead, and is not
// used again.
func (k *conn) cancel(a *Answer, why error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.streams[a.id] == a {
		k.leaving = k.leaving || a.id >= k.seen
		k.reset(a, h2.ErrCodeCancel, lateError(why))
	}
}

// reset ends an exchange and tells the server.
func (k *conn) reset(a *Answer, code h2.ErrCode, why error) {
	_ = k.frames.WriteRSTStream(a.id, code)
	k.kick()
	k.finish(a, why)
}

// finish ends an exchange.
func (k *conn) finish(a *Answer, err error) {
	delete(k.streams, a.id)
	a.err, a.rest, a.done = err, nil, true
	k.world.tell(a)
	k.leave()
}

// leave gives a place back.
func (k *conn) leave() {
	k.places--
	if k.leaving && k.places == 0 {
		k.end(errLeft)
	}
}

// errLeft ends a connection that is not needed any more.
var errLeft = errors.New("the connection was not needed any more")

// fail ends the connection.
func (k *conn) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.end(err)
}

// end is fail under k.mu.
func (k *conn) end(err error) {
	if k.err != nil {
		return
	}
	k.err = err
	k.client.strike(k)
	for _, a := range k.streams {
		k.finish(a, err)
	}
	_ = k.rw.Close() // its requests have the reason
}

// closeIfIdle ends the connection if no request uses it.
func (k *conn) closeIfIdle() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.places == 0 {
		k.end(errLeft)
	}
}

// unprocessedError is of a request that the server has not looked at.
type unprocessedError struct{ err error }

func (e *unprocessedError) Error() string { return e.err.Error() }
func (e *unprocessedError) Unwrap() error { return e.err }

func isUnprocessed(err error) bool {
	var unprocessed *unprocessedError
	return errors.As(err, &unprocessed)
}
