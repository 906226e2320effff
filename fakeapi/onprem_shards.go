package fakeapi

import (
	"hash/fnv"
	"sync"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp/onprem"
)

// shardQueue is where accepted messages wait for their shard. A recipient always
// has the same shard (hash(wa_id) mod shards), a shard works on one message at a
// time in the order they came, and one appointment on the agenda stands for a
// whole shard, however long its queue.
type shardQueue struct {
	side *onPremSide

	mu      sync.Mutex
	shards  []*shard
	pending int             // accepted and not yet sent on
	known   map[string]bool // users with an encryption session
	standby *shard          // the lost shard whose place the standby has taken
	asked   int             // how many shards the API was asked for; 0: as the profile has it
}

// shard is one Coreapp and its queue.
type shard struct {
	queue *shardQueue
	jobs  []*job    // oldest first, from head on
	head  int       // what is before it has been sent on
	free  time.Time // when the last message was sent on
	due   time.Time // of the appointment; stale ones come early and do nothing
	down  bool
	loss  int // counts losses, so that a late takeover knows it is late
}

// job is an accepted message that waits for its shard.
type job struct {
	queue *shardQueue
	m     *message
	// ready is when the request was answered.
	ready time.Time
	// weight is how many times as long as a text message it takes.
	weight float64
	// setUp is how much longer, as a share of that, until it is sent: a session
	// with a new user is set up beside the other work and costs no throughput.
	setUp  float64
	course course
}

func newShardQueue(o *onPremSide) *shardQueue { return &shardQueue{side: o} }

// reset goes back to empty queues.
func (q *shardQueue) reset() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending, q.known, q.standby, q.asked = 0, map[string]bool{}, nil, 0
	q.make(q.wanted())
}

// wanted is how many shards there are to be.
func (q *shardQueue) wanted() int {
	if q.asked > 0 {
		return q.asked
	}
	return q.side.profile().shards()
}

func (q *shardQueue) make(n int) {
	q.shards = make([]*shard, n)
	for i := range q.shards {
		q.shards[i] = &shard{queue: q}
	}
}

func (q *shardQueue) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.shards)
}

// depth returns how many messages wait or are on their way to waiting.
func (q *shardQueue) depth() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pending
}

// reserve takes a place for one message; it reports false if there is none.
func (q *shardQueue) reserve(limit int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if limit > 0 && q.pending >= limit {
		return false
	}
	q.pending++
	return true
}

// enter has a message, for which a place was reserved, join its shard's queue
// when its request is answered.
func (q *shardQueue) enter(j *job) {
	j.queue = q
	q.side.server.agenda.at(j.ready, j)
}

// run is the agenda's call: the job joins its queue.
func (j *job) run(now time.Time) {
	q := j.queue
	q.mu.Lock()
	if n := q.wanted(); n != len(q.shards) { // the profile has been changed
		q.spread(n, now)
	}
	s := q.shardOf(j.m.To)
	if factor := q.side.profile().Drain.NewUser; factor > 1 && q.meet(j.m.To) {
		j.setUp = factor - 1
	}
	s.jobs = append(s.jobs, j)
	q.mu.Unlock()
	s.run(now)
}

// usersKnown bounds the memory of who has a session.
const usersKnown = 1 << 20

// meet reports whether the user is new, who is not new any more afterwards.
func (q *shardQueue) meet(user string) bool {
	if q.known[user] {
		return false
	}
	if len(q.known) >= usersKnown {
		clear(q.known)
	}
	q.known[user] = true
	return true
}

// shardOf is hash(wa_id) mod shards; which hash, the platform does not say.
func (q *shardQueue) shardOf(user string) *shard {
	h := fnv.New32a()
	_, _ = h.Write([]byte(user)) // never fails
	return q.shards[h.Sum32()%uint32(len(q.shards))]
}

// run is the agenda's call: it sends on what is finished by now and makes the
// next appointment. A call without cause does no harm.
func (s *shard) run(now time.Time) {
	for {
		j, at, code := s.take(now)
		if j == nil {
			return
		}
		c := j.course
		if code != 0 {
			c.FailCode = code
		}
		s.queue.side.journey.begin(j.m, at, c)
	}
}

// take removes the first job if its time has come by now, and says when it is
// sent and whether it failed of waiting.
func (s *shard) take(now time.Time) (j *job, at time.Time, code int) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	if s.head == len(s.jobs) {
		return nil, at, 0
	}
	j = s.jobs[s.head]
	at, code = s.next(j)
	if at.IsZero() {
		return nil, at, 0
	}
	if at.After(now) {
		if !at.Equal(s.due) {
			s.due = at
			s.queue.side.server.agenda.at(at, s)
		}
		return nil, at, 0
	}
	s.pop()
	if code == 0 {
		s.free = at
		at = at.Add(s.queue.side.profile().Drain.work(j.weight*j.setUp, len(s.queue.shards)))
	}
	return j, at, code
}

// next returns when j, the first in the queue, leaves it: when its work is done,
// or when it has waited for too long (with the code of that). The zero time is
// never, as long as the shard is down.
func (s *shard) next(j *job) (at time.Time, code int) {
	p := s.queue.side.profile()
	begin := j.ready
	if s.free.After(begin) {
		begin = s.free
	}
	expiry := j.ready.Add(p.Pending)
	expires := p.Pending > 0
	switch {
	case expires && (s.down || begin.After(expiry)):
		return expiry, onprem.CodeMessageNotValid
	case s.down:
		return time.Time{}, 0
	}
	return begin.Add(p.Drain.work(j.weight, len(s.queue.shards))), 0
}

// work is how long one shard of several takes for a message.
func (d Drain) work(weight float64, shards int) time.Duration {
	rate := d.Rate
	if d.Most > 0 && rate*units.Rate(shards) > d.Most {
		rate = d.Most / units.Rate(shards)
	}
	if rate <= 0 {
		return 0
	}
	return time.Duration(weight / float64(rate) * float64(time.Second))
}

// pop removes the first job.
func (s *shard) pop() {
	s.jobs[s.head] = nil
	s.head++
	s.queue.pending--
	if s.head == len(s.jobs) {
		s.jobs, s.head = s.jobs[:0], 0
	} else if s.head > 1024 && s.head > len(s.jobs)/2 {
		n := copy(s.jobs, s.jobs[s.head:])
		clear(s.jobs[n:])
		s.jobs, s.head = s.jobs[:n], 0
	}
}

// waiting returns the jobs that wait.
func (s *shard) waiting() []*job { return s.jobs[s.head:] }
