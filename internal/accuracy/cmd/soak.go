package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"wabench/internal/accuracy"
)

// soakOptions are the flags of soak.
type soakOptions struct {
	page
	length time.Duration
}

func soakFlags(args []string) (o soakOptions, err error) {
	f := flag.NewFlagSet("soak", flag.ContinueOnError)
	o.flags(f)
	f.DurationVar(&o.length, "for", 10*time.Minute, "how long the load lasts")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 || o.length < 10*time.Second {
		return o, fmt.Errorf("soak takes no arguments and lasts 10s at least")
	}
	return o, nil
}

// soak runs the shipped scenario soak in real time, shortened to a length, and
// watches its memory.
func soak(ctx context.Context, o soakOptions) error {
	work, err := os.MkdirTemp("", "soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // what is left is the system's to clean
	program := filepath.Join(work, "bench")
	if err := output(ctx, nil, "go", "build", "-o", program, "./cmd/bench").err; err != nil {
		return err
	}
	machine := host()
	machine.Started = time.Now()
	args := append(accuracy.SoakArgs(o.length), "--out", filepath.Join(work, "runs"))
	command := exec.CommandContext(ctx, program, args...)
	command.Stderr, command.WaitDelay = os.Stderr, 5*time.Second
	if err := command.Start(); err != nil {
		return err
	}
	watched := watchResident(command.Process.Pid, o.length/20)
	ended := command.Wait() // its gates decide its exit code, and stand in the run
	points := watched()
	machine.Ended, machine.After = time.Now(), loadAverage()
	section, err := accuracy.SoakSection(os.DirFS(work), points, machine)
	if err != nil {
		return fmt.Errorf("%w (bench: %v)", err, ended)
	}
	return o.fill(map[string]string{accuracy.SectionSoak: section})
}

// watchResident notes what a process has resident, each step, until the
// function that it returns is called, which returns what was noted.
func watchResident(pid int, step time.Duration) func() []accuracy.Resident {
	var points []accuracy.Resident
	stop := make(chan struct{}) // closed by the returned function
	began := time.Now()
	var watching sync.WaitGroup
	watching.Go(func() {
		ticks := time.NewTicker(step)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				if bytes := residentOf(strconv.Itoa(pid)); bytes > 0 {
					points = append(points, accuracy.Resident{At: time.Since(began), Bytes: bytes})
				}
			case <-stop:
				return
			}
		}
	})
	return func() []accuracy.Resident {
		close(stop)
		watching.Wait()
		return points
	}
}
