package accuracy

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// latencySection sets what tools report beside the truth, server by server.
func (f Figures) latencySection() string {
	var b strings.Builder
	for _, k := range f.Known {
		fmt.Fprintf(&b, "### %s, %g/s for %v\n\n%s\n%s\n\n", capital(k.Server.Name), k.Load.Rate, k.Load.For, k.table(), k.nearest())
		for _, remark := range k.remarks() {
			fmt.Fprintf(&b, "%s\n\n", remark)
		}
	}
	return b.String()
}

func (k KnownFigures) table() string {
	head := []string{"tool, reported (true)"}
	for _, rank := range Ranks {
		head = append(head, rank.Name)
	}
	t := figureTable(append(head, "furthest off")...)
	for _, row := range k.Rows {
		if row.Failed != "" {
			t.row(row.Tool, "–", "–", "–", "–", "failed")
			continue
		}
		cells := []string{row.Tool}
		for i := range Ranks {
			cells = append(cells, fmt.Sprintf("%s (%s)", duration(row.Reading.Quantiles[i]), duration(row.Truth[i])))
		}
		t.row(append(cells, row.furthest())...)
	}
	return t.String()
}

// off is how far a reported quantile is from the truth, as a share of it;
// false if either is not known.
func (r KnownRow) off(i int) (float64, bool) {
	reported, truth := r.Reading.Quantiles[i], r.Truth[i]
	if r.Failed != "" || reported == 0 || truth == 0 {
		return 0, false
	}
	return float64(reported)/float64(truth) - 1, true
}

// furthest names the quantile that is furthest off.
func (r KnownRow) furthest() string {
	worst, at := 0.0, ""
	for i, rank := range Ranks {
		if off, ok := r.off(i); ok && (at == "" || math.Abs(off) > math.Abs(worst)) {
			worst, at = off, rank.Name
		}
	}
	if at == "" {
		return "–"
	}
	return fmt.Sprintf("%+.1f %% at %s", 100*worst, at)
}

// nearest names for each quantile the tool that is least off.
func (k KnownFigures) nearest() string {
	var parts []string
	for i, rank := range Ranks {
		least, who := math.Inf(1), ""
		for _, row := range k.Rows {
			if off, ok := row.off(i); ok && math.Abs(off) < least {
				least, who = math.Abs(off), row.Tool
			}
		}
		if who != "" {
			parts = append(parts, fmt.Sprintf("%s at %s (%.1f %% off)", who, rank.Name, 100*least))
		}
	}
	return "Nearest to the truth: " + list(parts) + "."
}

// remarks are what is to be said of single rows.
func (k KnownFigures) remarks() (out []string) {
	for _, row := range k.Rows {
		if row.Failed != "" {
			out = append(out, fmt.Sprintf("%s failed: %s.", row.Tool, oneLine(row.Failed)))
		}
		if row.Reading.Remark != "" {
			out = append(out, fmt.Sprintf("%s %s.", row.Tool, row.Reading.Remark))
		}
	}
	return out
}

// scheduleSection says how the load came, as the servers saw it.
func (f Figures) scheduleSection() string {
	var b strings.Builder
	for _, k := range f.Known {
		t := figureTable("tool", "came of planned", "rate", "late p50", "p90", "p99", "p99.9")
		for _, row := range k.Rows {
			if row.Failed != "" || !f.paces(row.Tool) {
				continue
			}
			s := row.Schedule
			cells := []string{row.Tool, fmt.Sprintf("%d of %d", s.Came, k.Load.Planned()), fmt.Sprintf("%.1f/s", s.Rate)}
			for _, late := range s.Lateness {
				cells = append(cells, late.Round(time.Microsecond).String())
			}
			t.row(cells...)
		}
		cells := []string{"*a bare wait*", "–", "–"}
		for _, late := range k.Bare {
			cells = append(cells, late.Round(time.Microsecond).String())
		}
		t.row(cells...)
		fmt.Fprintf(&b, "### %s\n\n%s\n", capital(k.Server.Name), t)
	}
	return b.String()
}

// paces reports whether a tool has a rate.
func (f Figures) paces(tool string) bool {
	for _, c := range f.Contestants {
		if c.Name == tool {
			return c.Paces
		}
	}
	return false
}

// capital begins a text with a capital letter.
func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
