package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"wabench/scenarios"
)

func newPlanCmd(e env) *cobra.Command {
	var o scenarioOptions
	var asJSON bool
	var out, output string
	c := &cobra.Command{
		Use:   "plan SCENARIO",
		Short: "Say what a run would do; send nothing",
		Long: `Plan resolves a scenario and prints what a run would do: hits, duration,
peak rate, the interval each gate can expect, cost, and the recipients it
would touch. It sends nothing. What a gate can expect on a bundled fake
follows from the fake's latency model; on any other target from the newest
run of the scenario under --out, if there is one, else it is told in ranks.`,
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
			facts, err := plan.Facts()
			if err != nil {
				return failure("", err)
			}
			known := guesses{env: e, out: out, scenario: plan.Name}
			forecasts := forecaster{plan, facts, known.of}.all()
			err = e.output(output, func(w io.Writer) error {
				if asJSON {
					return writePlanJSON(w, plan, facts, forecasts)
				}
				return printFacts(w, plan, facts, forecasts)
			})
			if err != nil {
				return failure("", err)
			}
			return nil
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the whole plan as JSON, with its facts and forecasts")
	c.Flags().StringVar(&out, "out", "results", "directory under which an earlier run is looked for")
	outputFlag(c, &output)
	return c
}

// writePlanJSON prints the plan as a run keeps it, with what follows from it
// beside.
func writePlanJSON(w io.Writer, plan *scenarios.Plan, facts scenarios.Facts, forecasts []forecast) error {
	text, err := planJSON(plan)
	if err != nil {
		return err
	}
	more, err := json.Marshal(struct {
		Facts     scenarios.Facts `json:"facts"`
		Forecasts []forecast      `json:"forecasts"`
	}{facts, forecasts})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s,%s\n", bytes.TrimSuffix(text, []byte("}")), more[1:])
	return err
}
