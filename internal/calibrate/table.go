package calibrate

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// Table prints a floor for people.
func (f Floor) Table(w io.Writer) error {
	e := f.Environment
	quick := ""
	if f.Quick {
		quick = ", at a glance: repeat it without --quick before you rely on it"
	}
	fmt.Fprintf(w, "%s, %d CPUs, %s/%s, %s, %s%s\n\n", e.Host, e.CPUs, e.OS, e.Arch, e.Go, f.Measured.Format(time.DateOnly), quick)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "server at %v\thits\tlateness p50\tp99\tp99.9\ttrue p50\tp99\tadded p50\tp99\tKS distance\t\t\n", units.Rate(f.Rate))
	for _, s := range f.Servers {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.3f\t%s\t\n", s.Name, s.Hits,
			text(s.Lateness.P50), text(s.Lateness.P99), text(s.Lateness.P999),
			text(s.True.P50), text(s.True.P99), text(s.Added.P50), text(s.Added.P99), s.Distance, mark(s.Verdict))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nlateness           p50 %s, p99 %s, p99.9 %s\nadded latency      p50 %s, p99 %s\nhighest rate       %s\nsmallest difference  %s up to p90, %s above: three times what is added\n",
		text(f.Lateness.P50), text(f.Lateness.P99), text(f.Lateness.P999), text(f.Added.P50), text(f.Added.P99),
		f.highest(), text(f.Resolution(0.5)), text(f.Resolution(0.99)))
	return err
}

func text(d time.Duration) string { return units.FormatDuration(d) }

// mark points out a server against which the generator had doubts about itself.
func mark(verdict string) string {
	if verdict == results.Valid {
		return ""
	}
	return verdict
}

// highest says between which rates the generator reached its limit.
func (f Floor) highest() string {
	switch {
	case f.HighestRate == 0:
		return fmt.Sprintf("none was valid, down to %.0f/s", f.LowestOver)
	case f.LowestOver == 0:
		return fmt.Sprintf("%.0f/s and more", f.HighestRate)
	}
	return fmt.Sprintf("%.0f/s; no longer valid at %.0f/s", f.HighestRate, f.LowestOver)
}
