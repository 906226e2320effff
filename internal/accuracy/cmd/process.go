package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wabench/internal/accuracy"
)

// world runs tools in directories of their own.
type world struct {
	dir      string            // for the directories
	programs map[string]string // where each program is
}

// Tell implements accuracy.World.
func (w *world) Tell(text string) { fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), text) }

// Run implements accuracy.World.
func (w *world) Run(ctx context.Context, commands []accuracy.Command) (o accuracy.Output, err error) {
	dir, err := os.MkdirTemp(w.dir, "run-")
	if err != nil {
		return o, err
	}
	o.Files = os.DirFS(dir)
	for _, c := range commands {
		for name, content := range c.Files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				return o, err
			}
		}
		text, usage, err := w.process(ctx, dir, c)
		o.Text += text
		o.Usage = append(o.Usage, usage)
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

// process runs one command and waits for it.
func (w *world) process(ctx context.Context, dir string, c accuracy.Command) (string, accuracy.Usage, error) {
	command := exec.CommandContext(ctx, w.programs[c.Program], c.Args...)
	command.Dir, command.Env = dir, append(os.Environ(), c.Env...)
	command.WaitDelay = 5 * time.Second // for what holds its pipes open
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	own := peakOf("self")
	if err := command.Start(); err != nil {
		return "", accuracy.Usage{}, err
	}
	watched := watchPeak(command.Process.Pid)
	err := command.Wait()
	usage := usageOf(command.ProcessState, own, watched())
	var exit *exec.ExitError
	if errors.As(err, &exit) && slices.Contains(c.Codes, exit.ExitCode()) {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", c.Program, err, tail(stderr.String()+stdout.String()))
	}
	return stdout.String(), usage, err
}

// tail is the end of what a failing program has printed.
func tail(text string) string {
	text = strings.TrimSpace(text)
	return text[max(len(text)-300, 0):]
}
