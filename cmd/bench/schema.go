package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"wabench/results"
	"wabench/scenarios"
)

func newSchemaCmd(e env) *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "schema [scenario|run]",
		Short: "Print the JSON Schema of scenarios, or of run.json",
		Example: `  bench schema -o schema.json
  bench schema run`,
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"scenario", "run"},
		RunE: func(_ *cobra.Command, args []string) error {
			text := scenarios.SchemaJSON
			if len(args) == 1 && args[0] == "run" {
				text = results.SchemaJSON
			}
			if err := e.output(output, writeBytes(text)); err != nil {
				return failure("", fmt.Errorf("write schema: %w", err))
			}
			return nil
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "-", "file to write; - is stdout")
	return c
}
