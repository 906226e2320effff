package multiplex

import (
	"testing"
	"time"
)

// A loop that is held up until the deadline of its request is over hears of that
// and of the answer at once, which counts if it had come before.
func TestAnAnswerCountsThatCameBeforeItsDeadline(t *testing.T) {
	for name, inTime := range map[string]bool{"in time": true, "too late": false} {
		t.Run(name, func(t *testing.T) {
			may, has := make(chan struct{}, 1), make(chan struct{}, 1)
			s := serve(t, always(func(p *peer, stream uint32) {
				<-may
				p.hello(stream)
				has <- struct{}{}
			}))
			l, err := newTestClient(nil).NewLoop()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(l.Close)
			var body string
			var fault error
			var arrived time.Time
			ask := func(deadline time.Time) {
				l.Go(func() {
					body, arrived = "", time.Time{}
					answer, err := l.Do(get(s), deadline)
					if fault = err; err == nil {
						body, arrived = string(answer.Body), answer.Arrived
						answer.Release()
					}
				})
			}
			for giveUp := time.Now().Add(time.Minute); arrived.IsZero(); { // until the kernel stamps
				may <- struct{}{}
				for ask(time.Time{}); l.Busy() > 0; {
					l.Sleep(time.Second)
				}
				if <-has; fault != nil || time.Now().After(giveUp) {
					t.Fatalf("it is never known: %v", fault)
				}
			}
			deadline := time.Now().Add(100 * time.Millisecond)
			ask(deadline)
			if inTime {
				may <- struct{}{}
				<-has
			}
			<-time.After(time.Until(deadline.Add(2 * heldUp)))
			if !inTime {
				may <- struct{}{}
				<-has
			}
			for l.Busy() > 0 {
				l.Sleep(time.Second)
			}
			if inTime && (body != "hello" || fault != nil) || !inTime && class(fault) != "timeout" {
				t.Errorf("%q, %v", body, fault)
			}
		})
	}
}
