package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"wabench/fakeapi"
	"wabench/results"
	"wabench/scenarios"
)

func newSchemaCmd(e env) *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "schema [scenario|run|profile]",
		Short: "Print the JSON Schema of scenarios, run.json or profiles of the fake",
		Example: `  bench schema -o schema.json
  bench schema run
  bench schema profile -o profile.schema.json`,
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"scenario", "run", "profile"},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := e.output(output, writeBytes(schemaOf(args))); err != nil {
				return failure("", fmt.Errorf("write schema: %w", err))
			}
			return nil
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "-", "file to write; - is stdout")
	return c
}

// schemaOf returns the schema that is asked for; scenarios are the usual one.
func schemaOf(args []string) []byte {
	switch {
	case len(args) == 1 && args[0] == "run":
		return results.SchemaJSON
	case len(args) == 1 && args[0] == "profile":
		return fakeapi.ProfileSchema()
	}
	return scenarios.SchemaJSON
}
