package fakeapi

import (
	"cmp"
	"slices"
	"time"
)

// lose takes a shard out of work. What it was at is begun again by whoever
// takes its place: the standby, once the loss is noticed, if it is not standing
// in for another shard already.
func (q *shardQueue) lose(number int, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if number >= len(q.shards) {
		return
	}
	s := q.shards[number]
	s.down = true
	s.loss++
	q.side.server.agenda.at(now, s) // for what has waited too long
	failover := q.side.failover()
	if failover <= 0 {
		return
	}
	loss := s.loss
	q.side.server.agenda.at(now.Add(failover), taskFunc(func(now time.Time) { q.takeOver(s, loss, now) }))
}

// failover is how long a loss goes unnoticed: until the first heartbeat after
// the time that counts as unhealthy. 0 is for ever.
func (o *onPremSide) failover() time.Duration {
	heartbeat, unhealthy := o.health()
	if heartbeat <= 0 {
		return unhealthy
	}
	beats := (unhealthy + heartbeat - 1) / heartbeat
	return beats * heartbeat
}

func (q *shardQueue) takeOver(s *shard, loss int, now time.Time) {
	q.mu.Lock()
	taken := s.down && s.loss == loss && q.standby == nil
	if taken {
		q.standby = s
		s.resume(now)
	}
	q.mu.Unlock()
	if taken {
		s.run(now)
	}
}

// recover puts a lost shard back to work and frees the standby.
func (q *shardQueue) recover(number int, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if number >= len(q.shards) {
		return
	}
	s := q.shards[number]
	s.loss++
	if q.standby == s {
		q.standby = nil
	}
	if s.down {
		s.resume(now)
		q.side.server.agenda.at(now, s)
	}
}

// resume begins the queue's work at now.
func (s *shard) resume(now time.Time) {
	s.down, s.due = false, time.Time{}
	if now.After(s.free) {
		s.free = now
	}
}

// reshard has another number of shards.
func (q *shardQueue) reshard(n int, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asked = n
	q.spread(n, now)
}

// spread deals what waits out to n new shards; the order in which messages came
// is kept.
func (q *shardQueue) spread(n int, now time.Time) {
	var waiting []*job
	for _, s := range q.shards {
		waiting = append(waiting, s.waiting()...)
		s.jobs, s.head = nil, 0 // so that its last appointment finds nothing,
		s.loss++                // and a takeover that is due comes too late
	}
	slices.SortFunc(waiting, func(j, k *job) int { return cmp.Compare(j.m.n, k.m.n) })
	q.standby = nil
	q.make(n)
	for _, s := range q.shards {
		s.free = now
	}
	for _, j := range waiting {
		s := q.shardOf(j.m.To)
		s.jobs = append(s.jobs, j)
	}
	for _, s := range q.shards {
		q.side.server.agenda.at(now, s)
	}
}

// shardState is a shard as monitoring shows it.
type shardState struct {
	down    bool
	waiting int
}

func (q *shardQueue) states() []shardState {
	q.mu.Lock()
	defer q.mu.Unlock()
	states := make([]shardState, len(q.shards))
	for i, s := range q.shards {
		states[i] = shardState{down: s.down, waiting: len(s.waiting())}
	}
	return states
}
