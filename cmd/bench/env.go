package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

// env is the only door to the operating system: the commands see the world
// through it, and tests give them another one.
type env struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	lookup         func(name string) (string, bool)
	now            func() time.Time
	// interrupted returns a context that ends at the first interrupt.
	interrupted func(context.Context) (context.Context, context.CancelFunc)
	// terminal says whether stderr is one that redraws, and its width.
	terminal func() (width int, ok bool)
	hostname func() string
	disk     disk
	common   *commonFlags
}

func systemEnv() env {
	return env{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		lookup: os.LookupEnv, now: time.Now,
		interrupted: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
			context.AfterFunc(ctx, stop) // a second one ends the process at once
			return ctx, stop
		},
		terminal: func() (int, bool) {
			fd := int(os.Stderr.Fd())
			if !term.IsTerminal(fd) {
				return 0, false
			}
			width, _, err := term.GetSize(fd)
			return width, err == nil
		},
		hostname: func() string {
			name, err := os.Hostname()
			if err != nil {
				return "unknown"
			}
			return name
		},
	}
}

// appendTo adds to the end of a file that others write too.
func (e env) appendTo(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// output writes the answer of a command to a file, whole or not at all, or to
// stdout for "-" and "".
func (e env) output(name string, write func(io.Writer) error) error {
	if name == "" || name == "-" {
		buffered := bufio.NewWriter(e.stdout)
		return errors.Join(write(buffered), buffered.Flush())
	}
	return replaceFile(name, write)
}

// answer is output for a command's last step: what goes wrong is a failure.
func (e env) answer(name string, write func(io.Writer) error) error {
	if err := e.output(name, write); err != nil {
		return failure("", err)
	}
	return nil
}

// colour reports whether to use colour on stderr and stdout.
func (e env) colour(refused bool) bool {
	if no, set := e.lookup("NO_COLOR"); refused || e.common != nil && e.common.noColour || set && no != "" {
		return false
	}
	if kind, _ := e.lookup("TERM"); kind == "dumb" {
		return false
	}
	_, ok := e.terminal()
	return ok
}

// width returns the terminal's width, 0 if there is none.
func (e env) width() int {
	width, _ := e.terminal()
	return width
}
