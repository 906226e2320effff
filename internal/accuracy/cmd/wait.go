package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"

	"wabench/internal/accuracy"
)

// bareWait is the program accuracy.BareWait: it waits for the moments of a rate,
// on a thread of its own, and prints how late it was.
func bareWait(rate, length string, stdout io.Writer) error {
	r, err := strconv.ParseFloat(rate, 64)
	if err != nil || r <= 0 {
		return fmt.Errorf("rate %q is no positive number", rate)
	}
	d, err := time.ParseDuration(length)
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	promptly()
	return json.NewEncoder(stdout).Encode(accuracy.Bare(accuracy.Load{Rate: r, For: d}, sleepUntil))
}
