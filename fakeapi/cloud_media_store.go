package fakeapi

import (
	"crypto/sha256"
	"strconv"
	"sync"
	"time"
)

// How long an upload lives, and how long the address that a lookup gives.
const (
	mediaLives = 30 * day
	urlLives   = 5 * time.Minute
)

// mediaKept bounds the bytes and the files that are kept; the oldest leave
// first.
const (
	mediaKept  = 256 << 20
	mediaFiles = 100_000
)

// mediaFile is one uploaded file.
type mediaFile struct {
	id, mime, name string
	owner          string // the number it was uploaded for, or sent to
	sum            [sha256.Size]byte
	size           int
	uploaded       time.Time
	lives          time.Duration
}

// mediaStore keeps uploads by id, and their bytes by hash: the same file
// uploaded a thousand times is kept once.
type mediaStore struct {
	mu    sync.Mutex
	files map[string]*mediaFile
	order []*mediaFile // oldest first; deleted ones stay until their turn
	bytes map[[sha256.Size]byte]*mediaBytes
	held  int
	count int64
}

type mediaBytes struct {
	data []byte
	uses int
}

func newMediaStore() *mediaStore {
	m := &mediaStore{}
	m.clear()
	return m
}

// add keeps a file; its id is drawn from the seed.
func (m *mediaStore) add(seed uint64, file mediaFile, data []byte) *mediaFile {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count++
	const digits15 = 1_000_000_000_000_000
	f := &file
	f.id = strconv.FormatUint(digits15+bits(seed, m.count, drawMedia)%(8*digits15), 10)
	f.sum, f.size = sha256.Sum256(data), len(data)
	m.files[f.id] = f
	m.order = append(m.order, f)
	kept := m.bytes[f.sum]
	if kept == nil {
		kept = &mediaBytes{data: data}
		m.bytes[f.sum] = kept
		m.held += len(data)
	}
	kept.uses++
	for m.held > mediaKept && len(m.order) > 1 || len(m.order) > mediaFiles {
		m.remove(m.order[0])
		m.order = m.order[1:]
	}
	return f
}

// remove forgets f, and its bytes if no other file has the same.
func (m *mediaStore) remove(f *mediaFile) {
	if m.files[f.id] != f {
		return
	}
	delete(m.files, f.id)
	kept := m.bytes[f.sum]
	kept.uses--
	if kept.uses == 0 {
		delete(m.bytes, f.sum)
		m.held -= len(kept.data)
	}
}

// find returns the file with the id and its bytes, nil if there is none or it
// is too old.
func (m *mediaStore) find(id string, now time.Time) (*mediaFile, []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[id]
	if f == nil || now.Sub(f.uploaded) >= f.lives {
		return nil, nil
	}
	return f, m.bytes[f.sum].data
}

// of returns the file with the id if it belongs to the number: files are not
// shared between numbers.
func (m *mediaStore) of(number, id string) *mediaFile {
	f, _ := m.find(id, time.Now())
	if f == nil || f.owner != number {
		return nil
	}
	return f
}

// delete forgets the file with the id and reports whether there was one.
func (m *mediaStore) delete(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[id]
	if f != nil {
		m.remove(f)
	}
	return f != nil
}

// clear forgets everything.
func (m *mediaStore) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files, m.order, m.held, m.count = map[string]*mediaFile{}, nil, 0, 0
	m.bytes = map[[sha256.Size]byte]*mediaBytes{}
}
