package accuracy

import (
	"fmt"
	"strings"
	"time"
)

// Machine is where a session was run.
type Machine struct {
	Processor string
	CPUs      int
	Memory    int64 // bytes
	System    string
	Go        string
	// Before and After are the load averages over a minute: what else was going
	// on, and that with the session's own.
	Before, After  float64
	Started, Ended time.Time
}

// machineSection says where and with what was measured.
func (f Figures) machineSection(m Machine) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d CPUs, %s of memory, %s, built with %s. Measured on %s in %v; load average %.2f before and %.2f after.\n\n",
		m.Processor, m.CPUs, mebibytes(float64(m.Memory)), m.System, m.Go,
		m.Started.UTC().Format("2006-01-02 15:04 MST"), m.Ended.Sub(m.Started).Round(time.Second), m.Before, m.After)
	b.WriteString(m.noise())
	if f.Plan != Full() {
		b.WriteString("**At a glance: these figures are worth nothing.**\n\n")
	}
	t := textTable("tool", "version", "from")
	for _, c := range f.Contestants {
		from, _, _ := strings.Cut(c.Module, "@")
		switch {
		case c.Package != "":
			from = "Debian package " + c.Package
		case from == "":
			from = "this tree"
		}
		if c.Missing != "" {
			c.Version = "could not be had: " + oneLine(c.Missing)
		}
		t.row(c.Name, c.Version, from)
	}
	b.WriteString(t.String())
	return b.String()
}

// noise says so if the machine was busy with something else.
func (m Machine) noise() string {
	if m.Before <= quiet*float64(m.CPUs) {
		return ""
	}
	return "**Other work was going on: these figures are noisy, tails above all.**\n\n"
}

// quiet is the share of the CPUs that may be busy beforehand.
const quiet = 0.15
