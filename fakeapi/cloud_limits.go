package fakeapi

import "time"

// slidingCount allows at most as many events as it has places within any
// window: it remembers when each of the last ones was, and the oldest of them
// has to be a window ago.
type slidingCount struct {
	ring []time.Duration
	next int
}

// resize makes the count allow limit events a window, and forgets the past if
// that is new.
func (s *slidingCount) resize(limit int) {
	if len(s.ring) == limit {
		return
	}
	s.ring, s.next = make([]time.Duration, limit), 0
	for i := range s.ring {
		s.ring[i] = longAgo
	}
}

// longAgo is before anything that happens, however long the window.
const longAgo = -10 * 365 * 24 * time.Hour

// allow reports whether an event at the time at is within the limit, and counts
// it if so.
func (s *slidingCount) allow(at, window time.Duration) bool {
	if at-s.ring[s.next] < window {
		return false
	}
	s.count(at)
	return true
}

// count notes an event that happened regardless of the limit.
func (s *slidingCount) count(at time.Duration) {
	s.ring[s.next] = at
	s.next = (s.next + 1) % len(s.ring)
}

// oldest is when the first of the events that count was.
func (s *slidingCount) oldest() time.Duration { return s.ring[s.next] }

// within returns how many events there were in the window before at.
func (s *slidingCount) within(at, window time.Duration) (n int) {
	for _, t := range s.ring {
		if at-t < window {
			n++
		}
	}
	return n
}

// pairLimiter limits the messages to every user: a burst at once, one more
// message every so often. It keeps for each user from when and until when
// messages were borrowed, so a user costs 24 bytes.
type pairLimiter struct {
	users map[int64]debt
	sweep int // size at which users without debt are forgotten
}

// debt is when a burst began and when it is paid back: each of its messages
// takes the limit's Every.
type debt struct{ from, until time.Duration }

// allow reports whether a message to the user is within the limit at the time
// at, and counts it if so.
func (p *pairLimiter) allow(user int64, at time.Duration, limit PairLimit) bool {
	if p.users == nil {
		p.users, p.sweep = map[int64]debt{}, 1024
	}
	owed := p.users[user]
	switch {
	case owed.until <= at: // nothing owed: a new burst begins
		owed = debt{at, at}
	case limit.Debt && at-owed.from >= limit.Every:
		return false
	case owed.until-at > time.Duration(limit.Burst-1)*limit.Every:
		return false
	}
	owed.until += limit.Every
	p.users[user] = owed
	if len(p.users) > p.sweep {
		p.forget(at)
	}
	return true
}

func (p *pairLimiter) forget(at time.Duration) {
	for user, owed := range p.users {
		if owed.until <= at {
			delete(p.users, user)
		}
	}
	p.sweep = max(1024, 2*len(p.users))
}

// userCount counts different users within a sliding window.
type userCount struct {
	last  map[int64]time.Duration
	order []visit // oldest first; a user may stand in it several times
}

type visit struct {
	user int64
	at   time.Duration
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// allow reports whether the user is one of at most limit users within the day
// before at, and counts them if so.
func (u *userCount) allow(user int64, at time.Duration, limit int) bool {
	u.forget(at, day)
	if _, known := u.last[user]; !known && len(u.last) >= limit {
		return false
	}
	u.count(user, at)
	return true
}

// count counts the user regardless of any limit.
func (u *userCount) count(user int64, at time.Duration) {
	if u.last == nil {
		u.last = map[int64]time.Duration{}
	}
	u.last[user] = at
	u.order = append(u.order, visit{user, at})
}

// forget leaves out the users who were last counted a window ago.
func (u *userCount) forget(at, window time.Duration) {
	for len(u.order) > 0 && at-u.order[0].at >= window {
		if gone := u.order[0]; u.last[gone.user] == gone.at {
			delete(u.last, gone.user)
		}
		u.order = u.order[1:]
	}
}
