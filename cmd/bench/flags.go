package main

import "github.com/spf13/cobra"

// outputFlag is -o of a command that prints an answer.
func outputFlag(c *cobra.Command, name *string) {
	c.Flags().StringVarP(name, "output", "o", "-", "file to write the answer to; - is stdout")
}
