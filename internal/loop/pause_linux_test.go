package loop

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAWorkWaitsForAnother(t *testing.T) {
	l := newLoop(t)
	var order []string
	come := false
	var waiter *Task
	resumed := 0
	l.Go(func() {
		waiter = l.Current()
		for !come {
			if err := l.Pause(time.Time{}); err != nil {
				t.Error(err)
			}
			resumed++
		}
		order = append(order, "waiter")
	})
	if sleep(l, brief); resumed != 0 {
		t.Errorf("resumed %d times and never woken", resumed)
	}
	l.Go(func() {
		l.Wake(waiter)
		l.Wake(waiter)
	})
	if sleep(l, brief); resumed != 1 {
		t.Errorf("woken twice at once, and resumed %d times", resumed)
	}
	l.Go(func() {
		come = true
		l.Wake(waiter)
		order = append(order, "waker") // it has not given way
	})
	drain(t, l)
	if strings.Join(order, " ") != "waker waiter" || resumed != 2 {
		t.Errorf("%q, resumed %d times", order, resumed)
	}
}

func TestThoseWhoAreWokenGoOnInTheirOrder(t *testing.T) {
	l := newLoop(t)
	var tasks []*Task
	var order []int
	const many = 5
	ended := [many]bool{}
	for i := range many {
		l.Go(func() {
			tasks = append(tasks, l.Current())
			for range 2 {
				if err := l.Pause(time.Time{}); err != nil {
					t.Error(err)
				}
				order = append(order, i)
				if next := (i + 1) % many; !ended[next] {
					l.Wake(tasks[next]) // who may have been woken already
				}
			}
			ended[i] = true
		})
	}
	for _, i := range []int{3, 1, 4} {
		l.Wake(tasks[i])
	}
	drain(t, l)
	// The first three wake 4, who has been woken, and 2 and 0, who wake 3 and 1.
	if want := []int{3, 1, 4, 2, 0, 3, 1, 4, 2, 0}; !slices.Equal(order, want) {
		t.Errorf("%d, want %d", order, want)
	}
}

func TestDeadlinesAreMetInTheirOrder(t *testing.T) {
	l := newLoop(t)
	const many = 10
	start := time.Now()
	met := make([]bool, many)
	for i := range many {
		nth := i * 7 % many
		deadline := start.Add(brief + time.Duration(nth)*time.Millisecond)
		l.Go(func() {
			if err := l.Pause(deadline); !isTimeout(err) {
				t.Errorf("%v, want a time-out", err)
			}
			if early := time.Until(deadline); early > 0 {
				t.Errorf("deadline %d was met %v early", nth, early)
			}
			met[nth] = true
		})
	}
	var others []*Task
	for _, deadline := range []time.Time{start.Add(time.Hour), {}} {
		l.Go(func() {
			others = append(others, l.Current())
			if err := l.Pause(deadline); err != nil {
				t.Errorf("nowhere near its deadline: %v", err)
			}
		})
	}
	until(t, l, func() bool { // those that are over when the loop looks are met in one round
		first := slices.Index(met, false)
		if first >= 0 && slices.Contains(met[first:], true) {
			t.Fatalf("not in their order: %v", met)
		}
		return first < 0
	})
	if l.Busy() != len(others) {
		t.Errorf("%d works wait, want %d", l.Busy(), len(others))
	}
	for _, other := range others {
		l.Wake(other)
	}
	drain(t, l)
}

func TestAWakeBeforeTheDeadlineWins(t *testing.T) {
	l := newLoop(t)
	var task *Task
	l.Go(func() {
		task = l.Current()
		if err := l.Pause(time.Now()); err != nil {
			t.Errorf("woken before the loop looked: %v", err)
		}
		if err := l.Pause(time.Now().Add(brief)); err != nil {
			t.Errorf("woken at once: %v", err)
		}
		if err := l.Pause(time.Time{}); err != nil {
			t.Errorf("with an earlier wait's deadline: %v", err)
		}
		if err := l.Pause(time.Now().Add(brief)); !isTimeout(err) {
			t.Errorf("never woken: %v, want a time-out", err)
		}
		if err := l.Pause(time.Now().Add(patience)); err != nil {
			t.Errorf("woken after an earlier wait's time-out: %v", err)
		}
	})
	for range 2 {
		l.Wake(task)
		if l.Sleep(patience) {
			t.Error("it slept on")
		}
	}
	if sleep(l, 2*brief); task.deadline != (time.Time{}) {
		t.Error("the work did not wait for longer than the deadline of its earlier wait")
	}
	l.Wake(task)
	until(t, l, func() bool { return time.Until(task.deadline) > patience/2 })
	l.Wake(task)
	drain(t, l)
}

// The wake and the deadline come in one system call.
func TestAWakeTogetherWithTheDeadlineWins(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	sleep(l, brief) // it has heard that the socket is there
	var task *Task
	if !s.Rest(true, func() { l.Wake(task) }) {
		t.Fatal("it has ended")
	}
	say(t, s, peer, "x")
	l.Go(func() {
		task = l.Current()
		if err := l.Pause(time.Now()); err != nil {
			t.Error(err)
		}
	})
	drain(t, l)
}

func TestASleepDoesNotKeepWhoIsWokenWaiting(t *testing.T) {
	l := newLoop(t)
	for _, wake := range []func(*Task){l.Wake, func(*Task) { l.Later(func() {}) }} {
		var task *Task
		l.Go(func() {
			task = l.Current()
			_ = l.Pause(time.Time{}) // it is woken
		})
		if wake(task); l.Sleep(patience) || !l.armed.IsZero() {
			t.Error("the loop waited before those went on who were to")
		}
		l.Wake(task)
		drain(t, l)
	}
}

func TestAWakeIsForWhoWaits(t *testing.T) {
	l := newLoop(t)
	var task *Task
	l.Go(func() {
		task = l.Current()
		l.Wake(task) // it runs
		for range 2 {
			if err := l.Pause(time.Now().Add(brief)); !isTimeout(err) {
				t.Errorf("%v, want a time-out", err)
			}
		}
	})
	drain(t, l)
	l.Wake(task) // it has ended
	l.Go(func() {
		if l.Current() != task {
			t.Error("the coroutine that is free is not used")
		}
		if err := l.Pause(time.Now().Add(brief)); !isTimeout(err) {
			t.Errorf("with a wake that was for another work: %v, want a time-out", err)
		}
	})
	drain(t, l)
}
