package main

import (
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"wabench/internal/compare"
	"wabench/internal/gate"
	"wabench/results"
)

// compareOptions are the flags of bench compare.
type compareOptions struct {
	base, head string
	out        string
	output     string
	rules      []string
	json       bool
}

func newCompareCmd(e env) *cobra.Command {
	var o compareOptions
	c := &cobra.Command{
		Use:   "compare BASE HEAD",
		Short: "Say what differs between two runs, or two targets",
		Long: `Compare reads two run directories, or RUN#TARGET for one target of a run,
and prints for each metric the ratio of head to base with its interval and a
verdict: better, worse, same or unsure. --rule adds gates and an exit code.`,
		Example: `  bench compare results/latest#onprem results/latest#cloud
  bench compare BASE HEAD --rule 'p95(send.response) vs baseline <= +5%'`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			o.base, o.head = args[0], args[1]
			return runCompare(e, o)
		},
	}
	c.Flags().StringVar(&o.out, "out", "results", "directory under which runs are looked for")
	c.Flags().StringArrayVar(&o.rules, "rule", nil, "a gate for HEAD, with BASE as its baseline (repeatable)")
	c.Flags().BoolVar(&o.json, "json", false, "print the comparison as JSON")
	outputFlag(c, &o.output)
	return c
}

func runCompare(e env, o compareOptions) error {
	c, err := o.compared(e)
	if err != nil {
		return err
	}
	if err := e.output(o.output, func(w io.Writer) error { return printComparison(w, o, c.head.Record, c.comparison) }); err != nil {
		return failure("", err)
	}
	if differs := compare.Differs(c.base, c.head); len(differs) > 0 {
		for _, d := range differs {
			say(e.stderr, false, "bench: not comparable: %s", d)
		}
		return exitWith(exitInvalid)
	}
	if len(c.rules) == 0 {
		return nil
	}
	return exitWith(gate.Exit(c.head.Record.Run.Gates, c.head.Record.Run.Generator))
}

// compared is what bench compare found out; it stands in head's record too.
type compared struct {
	base, head compare.Side
	rules      []gate.Rule
	comparison results.Comparison
}

// compared opens both sides and compares them.
func (o compareOptions) compared(e env) (compared, error) {
	base, baseTarget, err := openSide(e, o.out, o.base)
	if err != nil {
		return compared{}, err
	}
	head, headTarget, err := openSide(e, o.out, o.head)
	if err != nil {
		return compared{}, err
	}
	rules, err := parseRules(o.rules)
	if err != nil {
		return compared{}, err
	}
	if baseTarget, headTarget, err = pairUp(base, head, baseTarget, headTarget); err != nil {
		return compared{}, err
	}
	b, h := compare.Side{Record: base, Target: baseTarget}, compare.Side{Record: head, Target: headTarget}
	comparison, err := compare.Runs(b, h, compare.Options{Gating: gatingMetrics(rules)})
	if err != nil {
		return compared{}, failure("", err)
	}
	head.Run.Comparison = &comparison
	head.Run.Gates = gate.JudgeAgainst(ofHead(rules, headTarget), head, b)
	return compared{base: b, head: h, rules: rules, comparison: comparison}, nil
}

// ofHead holds rules that name no target against the one that is compared.
func ofHead(rules []gate.Rule, target string) []gate.Rule {
	bound := slices.Clone(rules)
	for i := range bound {
		if bound[i].Of == "" && bound[i].Vs != target {
			bound[i].Of = target
		}
	}
	return bound
}

// printComparison prints a comparison as JSON or as the report's table.
func printComparison(w io.Writer, o compareOptions, head *results.Record, c results.Comparison) error {
	if o.json {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(struct {
			Comparison results.Comparison `json:"comparison"`
			Gates      []results.Gate     `json:"gates"`
		}{c, head.Run.Gates})
	}
	return errors.Join(printDeltas(w, c), printGates(w, head.Run.Gates))
}

// pairUp completes sides without a target: one that the other names, or the
// only one there is.
func pairUp(base, head *results.Record, baseTarget, headTarget string) (string, string, error) {
	complete := func(rec *results.Record, own, other string) (string, error) {
		names := targetNames(rec)
		switch {
		case own != "":
			return own, nil
		case len(names) == 1:
			return names[0], nil
		case other != "" && rec.Run.Targets[other] != nil:
			return other, nil
		}
		return "", usageError("write RUN#TARGET; targets are "+joinWords(names), "run %s has several targets", rec.Run.ID)
	}
	b, err := complete(base, baseTarget, headTarget)
	if err != nil {
		return "", "", err
	}
	h, err := complete(head, headTarget, b)
	return b, h, err
}

// parseRules reads gate rules from the command line.
func parseRules(texts []string) ([]gate.Rule, error) {
	var rules []gate.Rule
	for _, text := range texts {
		rule, err := gate.Parse(text)
		if err != nil {
			return nil, ruleError("--rule", text, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// ruleError points into a rule that cannot be read.
func ruleError(where, text string, err error) error {
	syntax, ok := asSyntax(err)
	if !ok {
		return usageError("", "%s: %v", where, err)
	}
	return usageError(syntax.Hint, "%s:%d: %s\n    %s\n    %*s", where, syntax.Offset+1, syntax.Text, text, syntax.Offset+1, "^")
}
