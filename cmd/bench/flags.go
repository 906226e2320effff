package main

import "github.com/spf13/cobra"

// commonFlags are taken by every command.
type commonFlags struct{ quiet, noColour bool }

func (f *commonFlags) flags(c *cobra.Command) {
	c.PersistentFlags().BoolVar(&f.quiet, "quiet", false, "no progress and no talk, only the answer")
	c.PersistentFlags().BoolVar(&f.noColour, "no-color", false, "no colour (also NO_COLOR)")
}

// quiet reports whether only the answer is wanted.
func (e env) quiet() bool { return e.common != nil && e.common.quiet }

// outputFlag is -o of a command that prints an answer.
func outputFlag(c *cobra.Command, name *string) {
	c.Flags().StringVarP(name, "output", "o", "-", "file to write the answer to; - is stdout")
}
