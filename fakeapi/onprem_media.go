package fakeapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"sync"

	"wabench/internal/whatsapp/onprem"
)

// onPremMedia is the deployment's media volume. It keeps the newest files up to
// a number of bytes.
type onPremMedia struct {
	mu    sync.Mutex
	files map[string]onPremFile
	order []string // oldest first
	bytes int
	count int64
}

type onPremFile struct {
	mimeType string
	content  []byte
}

const onPremMediaKept = 256 << 20

func (s *onPremMedia) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files, s.order, s.bytes, s.count = map[string]onPremFile{}, nil, 0, 0
}

// add keeps a file and names it.
func (s *onPremMedia) add(seed uint64, f onPremFile) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	id = onPremMediaID(seed, s.count)
	s.files[id] = f
	s.order = append(s.order, id)
	s.bytes += len(f.content)
	for s.bytes > onPremMediaKept && len(s.order) > 1 {
		s.drop(s.order[0])
		s.order = s.order[1:]
	}
	return id
}

// onPremMediaID is a random UUID (version 4), as the platform has them.
func onPremMediaID(seed uint64, n int64) string {
	b := appendBits(appendBits(nil, seed, n, drawMediaID), seed, -n, drawMediaID)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (s *onPremMedia) drop(id string) bool {
	f, found := s.files[id]
	s.bytes -= len(f.content)
	delete(s.files, id)
	return found
}

func (s *onPremMedia) find(id string) (onPremFile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, found := s.files[id]
	return f, found
}

func (s *onPremMedia) holds(id string) bool {
	_, found := s.find(id)
	return found
}

// size is the length of a file, 0 if it is not here.
func (s *onPremMedia) size(id string) int {
	f, _ := s.find(id)
	return len(f.content)
}

func (s *onPremMedia) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.drop(id) // it stays in order, where a second drop does no harm
}

// uploadMedia is POST /v1/media: the body is the file.
func (o *onPremSide) uploadMedia(c *onPremCall) {
	mimeType := c.r.Header.Get("Content-Type")
	if mimeType == "" {
		o.fail(c.exchange, parameterMissing("Content-Type"))
		return
	}
	content, err := io.ReadAll(c.r.Body)
	switch {
	case err != nil:
		o.fail(c.exchange, parameterNotValid("the file could not be read, or has more than 100 MB"))
	case len(content) == 0:
		o.fail(c.exchange, parameterNotValid("the file is empty"))
	default:
		id := o.media.add(o.server.seed, onPremFile{mimeType: mimeType, content: content})
		o.ok(c.exchange, http.StatusOK, onprem.Answer{Media: []onprem.MediaRef{{ID: id}}})
	}
}

// downloadMedia is GET /v1/media/{id}.
func (o *onPremSide) downloadMedia(c *onPremCall) {
	f, found := o.media.find(c.arg)
	if !found {
		o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no media "+c.arg))
		return
	}
	o.stats.answered(c.exchange, true)
	c.answer(http.StatusOK, f.mimeType, f.content)
}

// deleteMedia is DELETE /v1/media/{id}.
func (o *onPremSide) deleteMedia(c *onPremCall) {
	if !o.media.remove(c.arg) {
		o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no media "+c.arg))
		return
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// inboundMedia is a file that a user sent, which can be downloaded by its id.
func (o *onPremSide) inboundMedia(mimeType string) onprem.InboundMedia {
	content := []byte("a file of type " + mimeType)
	sum := sha256.Sum256(content)
	id := o.media.add(o.server.seed, onPremFile{mimeType: mimeType, content: content})
	return onprem.InboundMedia{ID: id, MIMEType: mimeType, SHA256: hex.EncodeToString(sum[:])}
}
