package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"wabench/internal/strictyaml"
)

func newValidateCmd(e env) *cobra.Command {
	var o scenarioOptions
	var quiet bool
	c := &cobra.Command{
		Use:   "validate SCENARIO...",
		Short: "Report every mistake in scenario files",
		Long: `Validate reports every mistake at once, each as file:line:col with the line,
a caret under the place, and a hint. It exits 2 if there are any.`,
		Example: `  bench validate scenarios/*.yaml
  bench validate my.yaml --set seed=7`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var all []error
			for _, name := range args {
				src, err := readScenario(e, name)
				if err == nil {
					_, _, err = o.resolve(e, src, true)
				}
				if err != nil {
					all = append(all, err)
					continue
				}
				if !quiet {
					fmt.Fprintf(e.stdout, "%s: ok\n", src.name)
				}
			}
			return tellAll(e, all)
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&quiet, "quiet", false, "say nothing of files without mistakes")
	return c
}

// tellAll prints the mistakes of several files and ends with the code of the
// last one.
func tellAll(e env, all []error) error {
	if len(all) == 0 {
		return nil
	}
	code, problems := exitUsage, 0
	for _, err := range all {
		code = report(e, err)
		var list strictyaml.Problems
		if errors.As(err, &list) {
			problems += len(list)
		}
	}
	if problems > 1 {
		fmt.Fprintf(e.stderr, "bench: %d mistakes\n", problems)
	}
	return exitWith(code)
}
