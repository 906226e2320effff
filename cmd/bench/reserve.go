package main

import (
	"errors"
	"os"
	"sync"
	"syscall"
)

// reserve keeps descriptors back for the files of a run directory, which are
// opened as their first line comes: a load that has taken all others must not
// cost the evidence of it. The zero value, and nil, have none.
type reserve struct {
	mu    sync.Mutex
	spare []*os.File
}

// reserved is how many descriptors are kept back: a log of each clock for the
// outcome that nobody expected, and some for what others take in between.
const reserved = 12

func newReserve() *reserve {
	r := &reserve{}
	for range reserved {
		file, err := os.Open(os.DevNull)
		if err != nil {
			break // as many as there are
		}
		r.spare = append(r.spare, file)
	}
	return r
}

// open opens a file, with a descriptor of the reserve where there is no other.
func (r *reserve) open(open func() (*os.File, error)) (*os.File, error) {
	file, err := open()
	for outOfDescriptors(err) && r.release() {
		file, err = open()
	}
	return file, err
}

// release gives one descriptor up.
func (r *reserve) release() bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.spare) - 1
	if last < 0 {
		return false
	}
	_ = r.spare[last].Close()
	r.spare = r.spare[:last]
	return true
}

// close gives all of them up.
func (r *reserve) close() {
	for r.release() {
		continue
	}
}

func outOfDescriptors(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}
