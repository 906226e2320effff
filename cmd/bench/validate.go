package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"wabench/internal/strictyaml"
)

func newValidateCmd(e env) *cobra.Command {
	var o scenarioOptions
	var quiet, asJSON bool
	c := &cobra.Command{
		Use:   "validate SCENARIO...",
		Short: "Report every mistake in scenario files",
		Long: `Validate reports every mistake at once, each as file:line:col with the line,
a caret under the place, and a hint. It exits 2 if there are any.`,
		Example: `  bench validate scenarios/*.yaml
  bench validate my.yaml --set seed=7
  bench validate my.yaml --json`,
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
				if !quiet && !asJSON {
					fmt.Fprintf(e.stdout, "%s: ok\n", src.name)
				}
			}
			if asJSON {
				return listAll(e, all)
			}
			return tellAll(e, all)
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&quiet, "quiet", false, "say nothing of files without mistakes")
	c.Flags().BoolVar(&asJSON, "json", false, "print the mistakes as a list in JSON, for editors and scripts")
	return c
}

// listAll prints the mistakes of several files as one list, which is empty if
// there are none. What is no mistake in a file, such as one that is not there,
// is told as ever.
func listAll(e env, all []error) error {
	problems := strictyaml.Problems{}
	var others []error
	for _, err := range all {
		var list strictyaml.Problems
		if errors.As(err, &list) {
			problems = append(problems, list...)
		} else {
			others = append(others, err)
		}
	}
	encoder := json.NewEncoder(e.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(problems); err != nil {
		return err
	}
	err := tellAll(e, others)
	if len(problems) > 0 {
		err = exitWith(exitUsage)
	}
	return err
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
