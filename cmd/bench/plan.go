package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func newPlanCmd(e env) *cobra.Command {
	var o scenarioOptions
	var asJSON bool
	c := &cobra.Command{
		Use:   "plan SCENARIO",
		Short: "Say what a run would do; send nothing",
		Long: `Plan resolves a scenario and prints what a run would do: hits, duration,
peak rate, the width of interval each gate can expect, cost, and the
recipients it would touch. It sends nothing.`,
		Example: `  bench plan cloud-vs-onprem
  bench plan quickstart --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			src, err := readScenario(e, args[0])
			if err != nil {
				return err
			}
			plan, _, err := o.resolve(e, src, true)
			if err != nil {
				return err
			}
			if asJSON {
				text, err := planJSON(plan)
				if err != nil {
					return failure("", err)
				}
				return e.output("-", func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "%s\n", text)
					return err
				})
			}
			facts, err := plan.Facts()
			if err != nil {
				return failure("", err)
			}
			return e.output("-", func(w io.Writer) error { return printFacts(w, plan, facts) })
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the whole plan as JSON")
	return c
}
