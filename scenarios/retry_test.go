package scenarios_test

import (
	"testing"
	"time"

	"wabench/scenarios"
)

func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		text  string
		waits []time.Duration
	}{
		{"4^n s", []time.Duration{time.Second, 4 * time.Second, 16 * time.Second, 64 * time.Second}},
		{"2^n 100ms", []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"1.5^n 1m", []time.Duration{time.Minute, 90 * time.Second}},
		{"2s", []time.Duration{2 * time.Second, 2 * time.Second, 2 * time.Second}},
		{"0s", []time.Duration{0, 0}},
	} {
		b, err := scenarios.ParseBackoff(c.text)
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range c.waits {
			if got := b.Wait(n); got != want {
				t.Errorf("%s: wait %d is %s, want %s", c.text, n, got, want)
			}
		}
		if got := b.Wait(1000); got > time.Hour || got < 0 {
			t.Errorf("%s: wait 1000 is %s", c.text, got)
		}
	}
	for _, b := range []scenarios.Backoff{{Base: 4, Unit: time.Second}, {Base: 1.5, Unit: 90 * time.Second}, {Base: 1, Unit: time.Millisecond}} {
		if back, err := scenarios.ParseBackoff(b.String()); err != nil || back != b {
			t.Errorf("%s reads back as %v, %v", b, back, err)
		}
	}
	for _, bad := range []string{"", "n", "4^n", "4^n 0s", "0^n s", "4^n s s", "-1^n s", "4", "2h", "4^n d"} {
		if b, err := scenarios.ParseBackoff(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, b)
		}
	}
}
