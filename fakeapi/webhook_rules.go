package fakeapi

import (
	"errors"
	"fmt"
	"time"
)

// WebhookRules says how one API sends its webhooks.
type WebhookRules struct {
	// Concurrency is how many requests are under way at once.
	Concurrency int `yaml:"concurrency"`
	// Batch and BatchBytes bound what one request carries.
	Batch      int `yaml:"batch"`
	BatchBytes int `yaml:"batch_bytes"`
	// Gather is how long an update waits for others to share its request; 0 sends
	// at once, and updates share requests only when they pile up.
	Gather time.Duration `yaml:"gather"`
	// Queue is how many updates wait at most; beyond it the oldest are lost.
	Queue int `yaml:"queue"`
	// Timeout is how long one attempt may take.
	Timeout time.Duration `yaml:"timeout"`
	Retry   Backoff       `yaml:"retry"`
}

// Backoff is how long to wait before each further attempt: First before the
// first retry, and from then on the last wait times Factor plus Add, at most
// Max; after GiveUp the update is lost. Factor 1 is linear, above it is
// exponential.
type Backoff struct {
	First  time.Duration `yaml:"first"`
	Factor float64       `yaml:"factor"`
	Add    time.Duration `yaml:"add"`
	Max    time.Duration `yaml:"max"`
	GiveUp time.Duration `yaml:"give_up"`
	// Compress divides every one of these times, so that a test need not wait
	// a week; 1 is real time.
	Compress float64 `yaml:"compress"`
}

// Wait returns the wait before retry n (1 is the first) of an update that is
// age old, and whether there is to be one.
func (b Backoff) Wait(n int, age time.Duration) (time.Duration, bool) {
	wait := float64(b.First)
	for range n - 1 {
		wait = wait*b.Factor + float64(b.Add)
		if wait >= float64(b.Max) {
			wait = float64(b.Max)
			break
		}
	}
	wait = min(wait, float64(b.Max)) / b.Compress
	giveUp := time.Duration(float64(b.GiveUp) / b.Compress)
	return time.Duration(wait), age+time.Duration(wait) <= giveUp
}

func (w WebhookRules) check(field string) error {
	var problems []error
	for _, least := range []struct {
		name string
		n    int
	}{{"concurrency", w.Concurrency}, {"batch", w.Batch}, {"batch_bytes", w.BatchBytes}, {"queue", w.Queue}} {
		if least.n < 1 {
			problems = append(problems, fmt.Errorf("%s.%s: %d; must be at least 1", field, least.name, least.n))
		}
	}
	if w.Timeout <= 0 || w.Gather < 0 {
		problems = append(problems, fmt.Errorf("%s.timeout: must be above 0, and gather not below", field))
	}
	if w.Retry.Compress <= 0 || w.Retry.Factor < 0 || w.Retry.First < 0 || w.Retry.Add < 0 {
		problems = append(problems, fmt.Errorf("%s.retry: compress must be above 0 and no wait negative", field))
	}
	return errors.Join(problems...)
}
