package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wabench/internal/strictyaml"
)

// Exit codes. They are promises: scripts branch on them.
const (
	exitOK           = 0
	exitFailed       = 1   // could not do it: I/O, target unreachable at start, a bug
	exitUsage        = 2   // wrong command line or scenario; nothing was sent
	exitGate         = 3   // a gate failed
	exitInconclusive = 4   // no gate failed, at least one lacks the evidence
	exitInvalid      = 5   // the run is not worth judging
	exitInterrupted  = 130 // the run directory is readable up to the last interval
)

// exitError ends the process with a code. Its error may be nil if everything
// has been said.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError is the user's mistake, with the way out.
func usageError(hint, format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// failure is what could not be done, with the way out.
func failure(hint string, err error) error {
	return &exitError{code: exitFailed, err: err, hint: hint}
}

// exitWith ends with a code when everything has been said.
func exitWith(code int) error {
	if code == exitOK {
		return nil
	}
	return &exitError{code: code}
}

// execute runs the command line and returns the exit code.
func execute(e env) int {
	root := newRoot(e)
	root.SetArgs(e.args)
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	c, err := root.ExecuteContextC(context.Background())
	var known *exitError
	if err != nil && !errors.As(err, &known) && isUsage(err) {
		err = &exitError{code: exitUsage, err: err, hint: commandHint(c, err)}
	}
	return report(e, err)
}

// report tells an error on stderr and returns the exit code.
func report(e env, err error) int {
	if err == nil {
		return exitOK
	}
	exit := &exitError{code: exitFailed, err: err}
	var problems strictyaml.Problems
	switch {
	case errors.As(err, &exit):
	case errors.As(err, &problems):
		exit = &exitError{code: exitUsage, err: err}
	}
	if exit.err == nil {
		return exit.code
	}
	if errors.As(exit.err, &problems) {
		// Each problem begins with its own place.
		fmt.Fprintln(e.stderr, strings.TrimRight(problems.Error(), "\n"))
		return exitUsage
	}
	fmt.Fprintf(e.stderr, "bench: %v\n", exit.err)
	exit.hint = cmp.Or(exit.hint, machineHint(exit.err))
	if exit.hint != "" {
		fmt.Fprintf(e.stderr, "hint: %s\n", exit.hint)
	}
	return exit.code
}

// machineHint says what to do about what this machine lacks, "" about other
// errors.
func machineHint(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full: make room, or choose another place with --out; 'bench report' reads what was written"
	case outOfDescriptors(err):
		return "this process may open no more files and connections: raise ulimit -n, or lower the rate or max_in_flight"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "this machine has no free port for another connection: lower the rate or max_in_flight, or widen its port range"
	}
	return ""
}

// isUsage recognises cobra's and pflag's complaints, which have no type of
// their own for commands and arguments.
func isUsage(err error) bool {
	var missing *pflag.NotExistError
	var value *pflag.InvalidValueError
	if errors.As(err, &missing) || errors.As(err, &value) {
		return true
	}
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "required flag", "flag needs", "invalid argument"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

// newRoot returns the command line. Commands stand in the order of a first
// day's work.
func newRoot(e env) *cobra.Command {
	e.common = &commonFlags{}
	root := &cobra.Command{
		Use:   "bench",
		Short: "Load-test messaging APIs and say honestly what differs",
		Long: `bench drives throughput and latency runs against a WhatsApp Cloud API
endpoint, an On-Premises one, or bundled fakes of both. It records HDR
histograms from the due moment of each message to its delivered webhook,
draws comparisons, and serves as a gate in CI.

Exit codes: 0 passed, 1 could not do it, 2 wrong command line or scenario,
3 a gate failed, 4 inconclusive, 5 the run is invalid, 130 interrupted.`,
		Example: `  bench run quickstart
  bench run scenarios/cloud-vs-onprem.yaml`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true // newCompletionCmd has its mistakes told
	e.common.flags(root)
	root.AddCommand(
		newRunCmd(e), newPlanCmd(e), newValidateCmd(e), newReportCmd(e), newCompareCmd(e), newGateCmd(e), newBaselineCmd(e),
		newListCmd(e), newHistoryCmd(e), newShowCmd(e), newMergeCmd(e), newImportCmd(e), newExportCmd(e),
		newSearchCmd(e), newCalibrateCmd(e), newFakeCmd(e), newServeCmd(e), newInitCmd(e), newSchemaCmd(e), newCompletionCmd(e), newVersionCmd(e),
	)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError(flagHint(c, err), "%v", err)
	})
	return root
}

// commandHint suggests the command that was meant, or says how the one that was
// found is used.
func commandHint(c *cobra.Command, err error) string {
	if _, typed, found := strings.Cut(err.Error(), "unknown command \""); found {
		typed, _, _ = strings.Cut(typed, "\"")
		var names []string
		for _, sub := range c.Commands() {
			names = append(names, sub.Name())
		}
		return strictyaml.Suggest(typed, names)
	}
	return fmt.Sprintf("usage: %s; see '%s --help'", c.UseLine(), c.CommandPath())
}

// flagHint suggests the flag that was meant.
func flagHint(c *cobra.Command, err error) string {
	var missing *pflag.NotExistError
	if errors.As(err, &missing) {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return strictyaml.Suggest(missing.GetSpecifiedName(), names)
	}
	return fmt.Sprintf("see '%s --help'", c.CommandPath())
}

// say writes talk to stderr, unless quiet.
func say(w io.Writer, quiet bool, format string, args ...any) {
	if !quiet {
		fmt.Fprintf(w, format+"\n", args...)
	}
}
