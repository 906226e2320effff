package load

import (
	"math"
	"strings"
	"testing"
	"time"
)

// What a busy wait uses of a CPU is neither work nor a sign that one is not
// enough.
func TestABusyWaitIsNoWork(t *testing.T) {
	const used, waited = 900 * time.Millisecond, 800 * time.Millisecond // in the last second
	for _, c := range []struct {
		name   string
		waited time.Duration
		want   float64
	}{{"busy wait", waited, 0.1}, {"work", 0, 0.9}} {
		b := &busyWait{}
		b.idle.Store(int64(c.waited))
		began, cpu := time.Now().Add(-time.Second), processCPU()-used
		m := meter{began: began, cpu: cpu, cpus: 1, busy: b}
		if got := m.read().cpuShare; math.Abs(got-c.want) > 0.1 {
			t.Errorf("%s: CPU share %v, want %v", c.name, got, c.want)
		}
		e := economy{busy: b, at: began, cpu: cpu}
		if e.review(); e.holds() != (c.waited > 0) {
			t.Errorf("%s: the economy holds %v", c.name, e.holds())
		}
	}
}

func TestABusyWaitKeepsACPUForEachTargetUnderLoad(t *testing.T) {
	for order, want := range map[string]int{"sequential": 1, "interleaved": 1, "parallel": 2} {
		source := compared("load: {stages: [{hold: 20/s, for: 9s}]}", "compare: {base: a, head: b, order: "+order+"}")
		if got := SideBySide(resolve(t, source)); got != want {
			t.Errorf("%s: %d, want %d", order, got, want)
		}
	}
}

// A run that waits busily is not told to.
func TestTheAdviceIsNotWhatIsDone(t *testing.T) {
	e := sound()
	e.lateness.Add(repeated(6*time.Millisecond, 200))
	e.busyWait = true
	if got := e.judge(); len(got.Reasons) != 1 || !strings.HasSuffix(got.Reasons[0], "or lower the rate") {
		t.Errorf("%q", got.Reasons)
	}
}
