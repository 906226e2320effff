package accuracy

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// The sections of the page that are written by programs: what Figures.Sections
// returns, and those that other programs' output is pasted into.
const (
	SectionHeld     = "held"
	SectionMachine  = "machine"
	SectionLatency  = "latency"
	SectionSchedule = "schedule"
	SectionCost     = "cost"
	SectionClosed   = "closed"
	SectionAsked    = "asked"

	SectionMemory     = "memory"
	SectionSoak       = "soak"
	SectionBenchmarks = "benchmarks"
)

// Sections are the tables, by the name of their section.
func (f Figures) Sections(m Machine) map[string]string {
	return map[string]string{
		SectionHeld: m.noise() + f.heldSection(), SectionMachine: f.machineSection(m), SectionLatency: f.latencySection(),
		SectionSchedule: f.scheduleSection(), SectionCost: f.costSection(), SectionClosed: f.closedSection(),
		SectionAsked: f.askedSection(),
	}
}

// Fill puts sections into a page, each between its marker, <!-- accuracy: NAME
// -->, and the next <!-- end -->. It is an error if a section has no place.
func Fill(page []byte, sections map[string]string) ([]byte, error) {
	var missing []error
	for name, content := range sections {
		before, rest, begun := bytes.Cut(page, []byte(marker(name)))
		_, after, ended := bytes.Cut(rest, []byte(endMarker))
		if !begun || !ended {
			missing = append(missing, fmt.Errorf("the page has no place for section %q: write %s and %s", name, marker(name), endMarker))
			continue
		}
		page = fmt.Appendf(nil, "%s%s\n%s\n%s%s", before, marker(name), strings.Trim(content, "\n"), endMarker, after)
	}
	return page, errors.Join(missing...)
}

func marker(name string) string { return "<!-- accuracy: " + name + " -->" }

const endMarker = "<!-- end -->"

// Pasted is a program's output as a section, without what go test says around
// benchmarks.
func Pasted(output string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(output)) {
		switch word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word {
		case "goos:", "goarch:", "pkg:", "cpu:", "PASS", "ok":
		default:
			b.WriteString(strings.ReplaceAll(line, "```", "'''"))
		}
	}
	return "```text\n" + strings.TrimRight(b.String(), "\n") + "\n```"
}

// Failures are what went wrong with tools that are there, one line each.
func (f Figures) Failures() (out []string) {
	for _, k := range f.Known {
		for _, row := range k.Rows {
			if row.Failed != "" {
				out = append(out, fmt.Sprintf("%s against %s: %s", row.Tool, k.Server.Name, oneLine(row.Failed)))
			}
		}
	}
	for _, costs := range [][]CostFigures{f.Closed, f.Costs} {
		for _, c := range costs {
			if c.Failed != "" {
				out = append(out, fmt.Sprintf("%s, %s: %s", c.Tool, loadName(c.Load), oneLine(c.Failed)))
			}
		}
	}
	return out
}
