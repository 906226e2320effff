package multiplex

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	h2 "golang.org/x/net/http2"

	"wabench/internal/loop"
)

// read reads frames until the connection ends.
func (k *conn) read() {
	err := k.readFrames()
	k.mu.Lock()
	defer k.mu.Unlock()
	var fault h2.ConnectionError
	var op *net.OpError
	switch {
	case errors.As(err, &fault):
		_ = k.frames.WriteGoAway(0, h2.ErrCode(fault), nil)
		k.flush(time.Now().Add(time.Second)) // if nobody is at it, who may not come to it
		err = fmt.Errorf("malformed answer: %w", err)
	case k.goAway != nil && (errors.Is(err, io.EOF) || errors.As(err, &op)):
		err = k.goAway
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	k.end(err)
}

// readFrames returns why there is no other frame.
func (k *conn) readFrames() error {
	for first := true; ; first = false {
		frame, err := k.frames.ReadFrame()
		var fault h2.StreamError
		if errors.As(err, &fault) {
			k.resetBy(fault)
			continue
		}
		if err != nil {
			return err
		}
		if _, ok := frame.(*h2.SettingsFrame); first && !ok {
			return fmt.Errorf("the server began with %v: %w", frame.Header().Type, h2.ConnectionError(h2.ErrCodeProtocol))
		}
		if err := k.take(frame); err != nil {
			return err
		}
	}
}

// resetBy ends the exchange whose frame was wrong.
func (k *conn) resetBy(fault h2.StreamError) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.streams[fault.StreamID]; a != nil {
		k.breach(a, fmt.Errorf("malformed answer: %w", fault))
	}
}

// breach ends an exchange that breaks the protocol.
func (k *conn) breach(a *Answer, why error) { k.reset(a, h2.ErrCodeProtocol, why) }

// take does what a frame asks for.
func (k *conn) take(frame h2.Frame) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	defer k.kick()
	k.seen = k.nextID
	switch f := frame.(type) {
	case *h2.MetaHeadersFrame:
		return k.takeHead(f)
	case *h2.DataFrame:
		return k.takeData(f)
	case *h2.RSTStreamFrame:
		k.takeReset(f)
	case *h2.SettingsFrame:
		return k.takeSettings(f)
	case *h2.WindowUpdateFrame:
		return k.takeWindow(f)
	case *h2.PingFrame:
		if !f.IsAck() {
			_ = k.frames.WritePing(true, f.Data)
		}
	case *h2.GoAwayFrame:
		k.takeGoAway(f)
	case *h2.PushPromiseFrame:
		return fmt.Errorf("a push that was not asked for: %w", h2.ConnectionError(h2.ErrCodeProtocol))
	}
	return nil
}

// takeHead takes headers, which may be informational ones before the answer's,
// or the trailers.
func (k *conn) takeHead(f *h2.MetaHeadersFrame) error {
	a := k.streams[f.StreamID]
	switch {
	case a == nil: // of an exchange that was ended here
		return nil
	case !a.begun:
		if err := k.takeFirst(a, f); err != nil {
			k.breach(a, fmt.Errorf("malformed answer: %w", err))
		}
		return nil
	case !f.StreamEnded(), len(f.PseudoFields()) > 0:
		return fmt.Errorf("headers in a body: %w", h2.ConnectionError(h2.ErrCodeProtocol))
	}
	k.complete(a)
	return nil
}

// takeFirst takes the headers before a body.
func (k *conn) takeFirst(a *Answer, f *h2.MetaHeadersFrame) error {
	if f.Truncated {
		return errors.New("headers over the limit")
	}
	status, err := strconv.Atoi(f.PseudoValue("status"))
	if err != nil {
		return fmt.Errorf("status %q", f.PseudoValue("status"))
	}
	if status >= 100 && status <= 199 {
		return a.inform(f)
	}
	a.head(status, f.RegularFields())
	if f.StreamEnded() || a.bodiless {
		k.complete(a)
	}
	return nil
}

// inform passes over informational headers, of which there may be so many.
func (a *Answer) inform(f *h2.MetaHeadersFrame) error {
	if f.StreamEnded() {
		return errors.New("an informational one is the last")
	}
	for _, field := range f.Fields {
		a.heads += int(field.Size())
	}
	if a.heads > a.client.options.HeadLimit {
		return errors.New("informational headers over the limit")
	}
	return nil
}

// complete ends an exchange whose answer is at its end.
func (k *conn) complete(a *Answer) {
	if len(a.rest) > 0 {
		_ = k.frames.WriteRSTStream(a.id, h2.ErrCodeNo) // the server has had enough of it
	}
	a.Arrived = loop.Arrived(k.below.Conn)
	k.finish(a, a.whole())
}

func (k *conn) takeData(f *h2.DataFrame) error {
	k.taken += int64(f.Length)
	if k.taken >= connWindow/2 {
		_ = k.frames.WriteWindowUpdate(0, uint32(k.taken))
		k.taken = 0
	}
	a := k.streams[f.StreamID]
	switch {
	case a == nil && f.StreamID >= k.nextID:
		return fmt.Errorf("a body that was not asked for: %w", h2.ConnectionError(h2.ErrCodeProtocol))
	case a == nil: // of an exchange that was ended here
		return nil
	case !a.begun:
		k.breach(a, errors.New("malformed answer: a body before the headers"))
		return nil
	}
	a.data(f.Data())
	if f.StreamEnded() {
		k.complete(a)
		return nil
	}
	if a.taken += int64(f.Length); a.taken >= streamWindow/2 {
		_ = k.frames.WriteWindowUpdate(a.id, uint32(a.taken))
		a.taken = 0
	}
	return nil
}

// takeReset ends an exchange that the server has had enough of.
func (k *conn) takeReset(f *h2.RSTStreamFrame) {
	a := k.streams[f.StreamID]
	if a == nil {
		return
	}
	err := fmt.Errorf("the server reset the stream: %v", f.ErrCode)
	switch f.ErrCode {
	case h2.ErrCodeRefusedStream:
		err = &unprocessedError{err}
	case h2.ErrCodeProtocol: // said by servers that had ended the connection for us
		k.leaving = true
		err = &unprocessedError{err}
	}
	k.finish(a, err)
}

func (k *conn) takeSettings(f *h2.SettingsFrame) error {
	if f.IsAck() {
		return nil
	}
	said := false
	err := f.ForeachSetting(func(s h2.Setting) error {
		if err := s.Valid(); err != nil {
			return err
		}
		switch s.ID {
		case h2.SettingMaxConcurrentStreams:
			k.maxStreams, said = int(max(min(s.Val, 1<<30), 1)), true // with none it refuses, and says so
		case h2.SettingInitialWindowSize:
			for _, a := range k.streams {
				a.window += int64(s.Val) - k.each
			}
			k.each = int64(s.Val)
		case h2.SettingMaxFrameSize:
			k.frameSize = int(s.Val)
		case h2.SettingHeaderTableSize:
			k.encoder.SetMaxDynamicTableSize(s.Val)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !said && !k.settled {
		k.maxStreams = usualStreams
	}
	k.settled = true
	_ = k.frames.WriteSettingsAck()
	k.writeBodies()
	return nil
}

func (k *conn) takeWindow(f *h2.WindowUpdateFrame) error {
	if f.StreamID == 0 {
		if k.window += int64(f.Increment); k.window > 1<<31-1 {
			return h2.ConnectionError(h2.ErrCodeFlowControl)
		}
		k.writeBodies()
		return nil
	}
	if a := k.streams[f.StreamID]; a != nil {
		if a.window += int64(f.Increment); a.window > 1<<31-1 {
			k.reset(a, h2.ErrCodeFlowControl, errors.New("malformed answer: a window beyond the protocol's"))
			return nil
		}
		k.writeBody(a)
	}
	return nil
}

// takeGoAway lets the requests end that the server has looked at.
func (k *conn) takeGoAway(f *h2.GoAwayFrame) {
	k.leaving = true
	said := fmt.Errorf("the server ended the connection: %v", f.ErrCode)
	if f.ErrCode != h2.ErrCodeNo {
		k.goAway = said
	}
	for id, a := range k.streams {
		switch {
		case id <= f.LastStreamID:
		case id == 1 && k.goAway != nil: // what became of the first would become of all
			k.finish(a, k.goAway)
		default:
			k.finish(a, &unprocessedError{said})
		}
	}
	if k.places == 0 {
		k.end(said)
	}
}
