package load

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// newPacer returns one of n arrivals, 10 ms apart.
func newPacer(t *testing.T, n int) *pacer {
	t.Helper()
	schedule, err := resolve(t, scenario("", "load: {stages: [{hold: 100/s, for: 10s}]}")).Schedule()
	if err != nil {
		t.Fatal(err)
	}
	no := func() bool { return false }
	return &pacer{
		schedule: schedule, end: int64(n), start: time.Now(), maxLate: time.Minute, waits: waits{wait: sleepUntil},
		full: no, admit: func(time.Time) bool { return false }, stopped: no, ended: no,
		drop: func(a arrival) { t.Errorf("%d was dropped", a.n) }, cut: func(time.Duration) {},
	}
}

// Whoever leads has all arrivals until it may not go on, however late it comes:
// a worker that was sooner would send the first over a connection of its own.
func TestWhoLeadsIsFirst(t *testing.T) {
	for _, led := range []int{5, 3, 0} {
		synctest.Test(t, func(t *testing.T) {
			p := newPacer(t, 5)
			p.begin(true)
			taken := 0
			var worker sync.WaitGroup
			worker.Go(func() {
				for _, ok := p.take(); ok; _, ok = p.take() {
					taken++
				}
			})
			synctest.Wait()
			sent := 0
			p.lead(p.waits, func() bool { return sent < led || led == 5 }, func(a arrival) {
				if a.n != int64(sent) {
					t.Errorf("arrival %d was sent as number %d", a.n, sent)
				}
				sent++
			})
			worker.Wait()
			if sent != led || taken != 5-led {
				t.Errorf("%d sent by who leads, %d by others; want %d of 5", sent, taken, led)
			}
		})
	}
}

// paced runs a pacer of n arrivals, 10 ms apart, with workers that take
// busy for each; it returns what they took, in order, and how many worked.
func paced(t *testing.T, n int, busy time.Duration, most int, change func(*pacer)) (taken []arrival, dropped []int64, started int) {
	t.Helper()
	p := newPacer(t, n)
	p.drop = func(a arrival) { dropped = append(dropped, a.n) }
	if change != nil {
		change(p)
	}
	p.begin(false)
	s := &starter{first: min(2, most), most: most, short: p.short}
	var mu sync.Mutex
	var workers sync.WaitGroup
	for _, stop := s.Pace(0, 0); !stop; _, stop = s.Pace(0, 0) {
		workers.Go(func() {
			for a, ok := p.take(); ok; a, ok = p.take() {
				if early := time.Until(p.start.Add(a.at)); early > 0 {
					t.Errorf("arrival %d came %v early", a.n, early)
				}
				mu.Lock()
				taken = append(taken, a)
				mu.Unlock()
				<-time.After(busy)
			}
		})
	}
	workers.Wait()
	return taken, dropped, s.started
}

func TestWorkersAreStartedAsNeeded(t *testing.T) {
	for _, c := range []struct {
		name  string
		busy  time.Duration
		most  int
		least int // and one more, of a worker that was about to wait
	}{
		{"idle ones wait", time.Millisecond, 50, 2},
		{"one for each that is under way", 95 * time.Millisecond, 50, 10},
		{"no more than may be", 95 * time.Millisecond, 4, 4},
		{"one", time.Millisecond, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				taken, dropped, started := paced(t, 200, c.busy, c.most, nil)
				for i, a := range taken {
					if a.n != int64(i) {
						t.Fatalf("arrival %d was taken as number %d", a.n, i)
					}
				}
				if len(taken) != 200 || len(dropped) > 0 || started < c.least || started > min(c.least+1, c.most) {
					t.Errorf("%d taken, %d dropped, %d workers; want 200, 0, %d", len(taken), len(dropped), started, c.least)
				}
			})
		})
	}
}

// Where every worker is busy arrivals wait for one, and those that would wait
// for too long are dropped.
func TestArrivalsThatNoWorkerTakesInTimeAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		taken, dropped, _ := paced(t, 200, time.Second, 10, func(p *pacer) { p.maxLate = 500 * time.Millisecond })
		numbers := dropped
		for _, a := range taken {
			numbers = append(numbers, a.n)
		}
		slices.Sort(numbers)
		if len(numbers) != 200 || len(slices.Compact(numbers)) != 200 {
			t.Fatalf("%d taken and %d dropped of 200", len(taken), len(dropped))
		}
		// Ten at once for each second of the two, and ten that waited for the end.
		if len(taken) < 20 || len(taken) > 30 {
			t.Errorf("%d were sent by ten workers in two seconds of load, want 20 to 30", len(taken))
		}
	})
}

func TestAStopDropsTheRestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		taken, dropped, _ := paced(t, 200, 95*time.Millisecond, 50, func(p *pacer) {
			start := time.Now()
			p.stopped = func() bool { return time.Since(start) > 995*time.Millisecond }
		})
		if len(taken) != 100 || len(dropped) != 100 || dropped[0] != 100 || dropped[99] != 199 {
			t.Errorf("%d taken, %d dropped, want 100 and the other 100 once each", len(taken), len(dropped))
		}
	})
}
