package fakeapi

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func TestAgendaRunsInOrderOfTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delays := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 40).Draw(t, "delays")
		a := newAgenda(time.Now())
		var got []int
		for i, d := range delays {
			a.at(a.start.Add(time.Duration(d)), taskFunc(func(time.Time) { got = append(got, i) }))
		}
		for {
			next, _ := a.next(10)
			if next == nil {
				break
			}
			next.run(a.start)
		}
		want := make([]int, len(delays))
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(i, j int) int { return delays[i] - delays[j] })
		if !slices.Equal(got, want) {
			t.Fatalf("delays %v ran as %v, want %v", delays, got, want)
		}
	})
}

func TestAgendaRunsWhenDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		a := newAgenda(time.Now())
		ended := make(chan struct{})
		go func() { defer close(ended); a.loop(ctx) }()
		var at []time.Duration
		note := taskFunc(func(now time.Time) { at = append(at, now.Sub(a.start)) })
		for _, d := range []time.Duration{3 * time.Hour, time.Second, 2 * time.Second} {
			a.at(a.start.Add(d), note)
		}
		pass(4 * time.Hour)
		if want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Hour}; !slices.Equal(at, want) {
			t.Errorf("ran at %v, want %v", at, want)
		}
		a.at(time.Now().Add(-time.Minute), note)
		synctest.Wait()
		if len(at) != 4 || a.len() != 0 {
			t.Errorf("a task of the past did not run at once: %v, %d left", at, a.len())
		}
		stop()
		<-ended
	})
}
