package main

import (
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"wabench/internal/strictyaml"
)

func newCompletionCmd(e env) *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print what teaches a shell to complete bench's commands",
		Long: `Completion prints a script for bash, zsh, fish or powershell. Loaded by the
shell, it completes commands and flags.`,
		Example: `  bench completion bash -o bench.bash
  bench completion zsh`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			shells := map[string]func(io.Writer) error{
				"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
				"zsh":        root.GenZshCompletion,
				"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
				"powershell": root.GenPowerShellCompletionWithDesc,
			}
			write, ok := shells[args[0]]
			if !ok {
				names := slices.Sorted(maps.Keys(shells))
				hint := strictyaml.Suggest(args[0], names)
				return usageError(hint, "there is no completion for %q; shells are %s", args[0], joinWords(names))
			}
			return e.answer(output, write)
		},
	}
	outputFlag(c, &output)
	return c
}
