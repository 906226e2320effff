package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"

	"wabench/internal/accuracy"
)

// host describes this machine, as far as the system says.
func host() accuracy.Machine {
	m := accuracy.Machine{
		Processor: "a processor of " + runtime.GOARCH, CPUs: runtime.NumCPU(), System: runtime.GOOS, Go: runtime.Version(), Before: loadAverage(),
	}
	if name := fieldOf("/proc/cpuinfo", "model name"); name != "" {
		m.Processor = name
	}
	var kilobytes int64
	if _, err := fmt.Sscanf(fieldOf("/proc/meminfo", "MemTotal"), "%d kB", &kilobytes); err == nil {
		m.Memory = kilobytes << 10
	}
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.System = "Linux " + strings.TrimSpace(string(release))
	}
	return m
}

// fieldOf reads the first line "name: value" of a file of the system.
func fieldOf(file, name string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(content) {
		if key, value, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// loadAverage is that of the last minute.
func loadAverage() (load float64) {
	content, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscan(string(content), &load); err != nil {
		return 0
	}
	return load
}
