package alarm

import (
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWaitEndsAtItsMomentAndNotBefore(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for i := range 50 {
		until := time.Now().Add(time.Duration(i-5) * 10 * time.Microsecond)
		a.Wait(until)
		if now := time.Now(); now.Before(until) {
			t.Fatalf("wait %d ended %v too soon", i, until.Sub(now))
		}
	}
}

func TestAWaitThatWasOverIsNotLeftInTheTimer(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	long := time.Now().Add(2 * time.Millisecond)
	a.sleep(time.Microsecond)
	a.sleep(time.Microsecond)
	a.Wait(long)
	if time.Now().Before(long) {
		t.Error("an earlier firing ended a later wait")
	}
}

func TestTurningTakesItsTime(t *testing.T) {
	start := time.Now()
	idle, over := Turn(3 * time.Millisecond)
	if took := time.Since(start); !over || idle < 3*time.Millisecond || idle > took {
		t.Errorf("over %v, idle %v of %v", over, idle, took)
	}
}

func TestAClosedAlarmStillWaits(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(time.Millisecond)
	a.Wait(until)
	if time.Now().Before(until) {
		t.Error("the wait ended too soon")
	}
}

// Wake-ups that take 40–60 µs, and sometimes a millisecond: a tenth is to come
// too early, so that little is turned away.
func TestLearnsHowLongAWakeUpTakes(t *testing.T) {
	a := &Alarm{}
	random := rand.New(rand.NewPCG(1, 2))
	tooEarly := 0
	const learnt, counted = 2000, 20000
	for i := range learnt + counted {
		took := 40*time.Microsecond + time.Duration(random.Int64N(20_000))
		if random.Int64N(100) == 0 {
			took = time.Millisecond
		}
		late := took - a.early
		if i >= learnt && late <= 0 {
			tooEarly++
		}
		a.learn(late)
	}
	if share := float64(tooEarly) / counted; share < 0.05 || share > 0.15 {
		t.Errorf("%.1f %% of wake-ups came too early, want about 10 %%", share*100)
	}
	if a.early < 40*time.Microsecond || a.early > 45*time.Microsecond {
		t.Errorf("asks to be woken %v early, want a little more than the least a wake-up takes", a.early)
	}
}

func TestLearnsWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &Alarm{}
		for _, late := range rapid.SliceOf(rapid.Int64Range(-1e6, 1e9)).Draw(t, "late") {
			if a.learn(time.Duration(late)); a.early < 0 || a.early > mostEarly {
				t.Fatalf("early = %v", a.early)
			}
		}
	})
}
