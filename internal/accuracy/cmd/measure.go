package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"wabench/internal/accuracy"
)

// measureOptions are the flags of measure.
type measureOptions struct {
	page
	quick bool
	tools string
	peers string
	// Only the comparison, without the programs whose output is pasted.
	bare bool
}

func measureFlags(args []string) (o measureOptions, err error) {
	f := flag.NewFlagSet("measure", flag.ContinueOnError)
	o.flags(f)
	f.BoolVar(&o.quick, "quick", false, "a glance of less than a minute, whose figures are worth nothing")
	f.StringVar(&o.tools, "tools", "", "the tools to compare, separated by commas; all if empty")
	f.StringVar(&o.peers, "peers", "", "where peers are built; a directory of the user's cache if empty")
	f.BoolVar(&o.bare, "bare", false, "the comparison only, without make bench and make memory")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("measure takes no arguments, got %q", f.Args())
	}
	if o.peers == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return o, fmt.Errorf("%w; say where with -peers", err)
		}
		o.peers = filepath.Join(cache, "wabench-peers")
	}
	return o, nil
}

// measure compares, and fills the page.
func measure(ctx context.Context, o measureOptions) error {
	work, err := os.MkdirTemp("", "accuracy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // what is left is the system's to clean
	var names []string
	if o.tools != "" {
		names = strings.Split(o.tools, ",")
	}
	contestants, programs := gather(ctx, o.peers, work, names)
	if programs[accuracy.BareWait], err = os.Executable(); err != nil {
		return err
	}
	plan := accuracy.Full()
	if o.quick {
		plan = accuracy.Glance()
	}
	machine := host()
	machine.Started = time.Now()
	session := accuracy.Session{Plan: plan, World: &world{dir: work, programs: programs}, Contestants: contestants}
	figures, err := session.Measure(ctx)
	if err != nil {
		return err
	}
	machine.Ended, machine.After = time.Now(), loadAverage()
	sections := figures.Sections(machine)
	if !o.bare {
		paste(ctx, sections)
	}
	if err := o.fill(sections); err != nil {
		return err
	}
	if failures := figures.Failures(); len(failures) > 0 {
		return fmt.Errorf("%d tools' runs failed, the page says which:\n%s", len(failures), strings.Join(failures, "\n"))
	}
	return nil
}

// pasted are the targets of the Makefile whose output stands on the page.
var pasted = []struct{ target, section string }{
	{"bench", accuracy.SectionBenchmarks}, {"memory", accuracy.SectionMemory},
}

// paste runs the targets of the Makefile that are there. One that fails is
// said, and its section left as it was.
func paste(ctx context.Context, sections map[string]string) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		return
	}
	for _, p := range pasted {
		if !regexp.MustCompile(`(?m)^` + p.target + `:`).Match(makefile) {
			continue
		}
		fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), "make", p.target)
		bounded, cancel := context.WithTimeout(ctx, 10*time.Minute)
		said := output(bounded, nil, "make", "-s", p.target)
		cancel()
		if said.err != nil {
			fmt.Fprintln(os.Stderr, "accuracy:", said.err)
			continue
		}
		sections[p.section] = accuracy.Pasted(said.text)
	}
}

// fill writes the page with its sections, whole or not at all.
func (p page) fill(sections map[string]string) error {
	text, err := os.ReadFile(p.from)
	if err != nil {
		return err
	}
	filled, err := accuracy.Fill(text, sections)
	if err != nil {
		return err
	}
	to := p.to
	if to == "" {
		to = p.from
	}
	if err := os.WriteFile(to+".new", filled, 0o644); err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}
