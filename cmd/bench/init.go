package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"wabench/scenarios"
)

func newInitCmd(e env) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a scenario to start from, and its editor schema",
		Long: `Init writes scenario.yaml, which runs as it is against the bundled fakes, and
schema.json, which gives editors completion and checks. It overwrites nothing.`,
		Example: `  bench init
  bench init load-tests`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return runInit(e, dir)
		},
	}
}

func runInit(e env, dir string) error {
	text, ok := scenarios.ShippedScenario("quickstart")
	if !ok {
		return failure("", fmt.Errorf("the quickstart scenario is not in this binary"))
	}
	files := []struct {
		name string
		text []byte
	}{{"scenario.yaml", text}, {"schema.json", scenarios.SchemaJSON}}
	for _, file := range files {
		if path := filepath.Join(dir, file.name); e.disk.exists(path) {
			return usageError("choose another folder: bench init DIR", "%s is there already", path)
		}
	}
	for _, file := range files {
		path := filepath.Join(dir, file.name)
		if err := replaceFile(path, writeBytes(file.text)); err != nil {
			return failure("", err)
		}
		fmt.Fprintf(e.stdout, "wrote %s\n", path)
	}
	fmt.Fprintf(e.stdout, "next: bench run %s\n", filepath.Join(dir, "scenario.yaml"))
	return nil
}
