package fakeapi

import (
	"sort"
	"sync"
	"time"
)

// receivedLog remembers about when users' messages came, without keeping one
// by one: which was the first of each hour.
type receivedLog struct {
	mu    sync.Mutex
	hours []visitHour
}

type visitHour struct {
	first int64
	at    time.Duration
}

// note says that message n came at the time at; messages come in order.
func (l *receivedLog) note(n int64, at time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.hours) == 0 || at-l.hours[len(l.hours)-1].at >= hour {
		l.hours = append(l.hours, visitHour{n, at})
	}
}

// since is when message n came, at most an hour off.
func (l *receivedLog) since(n int64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := sort.Search(len(l.hours), func(i int) bool { return l.hours[i].first > n })
	if i == 0 {
		return longAgo
	}
	return l.hours[i-1].at
}

func (l *receivedLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hours = nil
}
