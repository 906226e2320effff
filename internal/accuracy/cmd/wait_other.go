//go:build !linux

package main

import "time"

func promptly() {}

func sleepUntil(until time.Time) { time.Sleep(time.Until(until)) }
