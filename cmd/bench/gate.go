package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wabench/internal/compare"
	"wabench/internal/gate"
	"wabench/reports"
	"wabench/results"
)

// gateOptions are the flags of bench gate.
type gateOptions struct {
	run, out, rules, baseline string
	inline                    []string
	junit, markdown, output   string
	github, json              bool
}

func newGateCmd(e env) *cobra.Command {
	var o gateOptions
	c := &cobra.Command{
		Use:   "gate RUN",
		Short: "Judge a stored run by rules; the exit code is the verdict",
		Long: `Gate judges a run by the rules of a file, one a line (# begins a comment), and
by those given with --rule. Without either it uses the rules of the run's own
scenario. It exits 0, 3, 4 or 5.`,
		Example: `  bench gate results/latest --rule 'p99(send.response) < 800ms'
  bench gate results/latest --rules slo.txt --baseline main --junit junit.xml --github`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.run = args[0]
			return runGate(e, o)
		},
	}
	c.Flags().StringVar(&o.out, "out", "results", "directory under which runs are looked for")
	c.Flags().StringVar(&o.rules, "rules", "", "file with a rule on each line")
	c.Flags().StringArrayVar(&o.inline, "rule", nil, "a rule (repeatable)")
	c.Flags().StringVar(&o.baseline, "baseline", "", "run (RUN#TARGET for one target of it) or stored baseline that rules with 'vs baseline' compare with")
	c.Flags().StringVar(&o.junit, "junit", "", "write JUnit XML to this file")
	c.Flags().StringVar(&o.markdown, "markdown", "", "write a Markdown summary to this file")
	c.Flags().BoolVar(&o.github, "github", false, "print GitHub annotations and append to the job's summary")
	c.Flags().BoolVar(&o.json, "json", false, "print the gates as JSON")
	outputFlag(c, &o.output)
	return c
}

func runGate(e env, o gateOptions) error {
	rec, _, err := openRun(e, o.out, o.run)
	if err != nil {
		return err
	}
	rules, err := gateRules(e, o, rec)
	if err != nil {
		return err
	}
	baseline, err := openBaseline(e, o.out, o.baseline, rules)
	if err != nil {
		return err
	}
	rec.Run.Gates = gate.JudgeAgainst(rules, rec, baseline)
	doc, err := reports.Build(rec)
	if err != nil {
		return failure("", err)
	}
	if err := writeVerdict(e, o, doc, rec); err != nil {
		return failure("", err)
	}
	if tellDiffers(e, baseline, rec) {
		return exitWith(exitInvalid)
	}
	return exitWith(gate.Exit(rec.Run.Gates, rec.Run.Generator))
}

// tellDiffers tells in what a run's load differs from its baseline's, and
// reports whether it does.
func tellDiffers(e env, baseline compare.Side, rec *results.Record) bool {
	differs := baselineDiffers(baseline, rec)
	for _, d := range differs {
		say(e.stderr, false, "bench: the run differs too much from its baseline's plan: %s", d)
	}
	return len(differs) > 0
}

// baselineDiffers says in what a run's load differs from its baseline's.
func baselineDiffers(baseline compare.Side, rec *results.Record) []string {
	if baseline.Record == nil {
		return nil
	}
	return compare.Differs(baseline, compare.Side{Record: rec})
}

// gateRules collects the rules: of a file, of flags, or of the run itself.
func gateRules(e env, o gateOptions, rec *results.Record) ([]gate.Rule, error) {
	rules, err := parseRules(o.inline)
	if err != nil {
		return nil, err
	}
	if o.rules != "" {
		fromFile, err := readRules(e, o.rules)
		if err != nil {
			return nil, err
		}
		rules = append(rules, fromFile...)
	}
	if len(rules) > 0 {
		return rules, nil
	}
	for _, g := range rec.Run.Gates {
		rule, err := gate.Parse(g.Rule)
		if err != nil {
			return nil, ruleError(results.FileRun, g.Rule, err)
		}
		if g.Target != "" && rule.Of == "" {
			rule.Of = g.Target
		}
		rules = append(rules, rule)
	}
	if len(rules) == 0 {
		return nil, usageError("pass --rule or --rules FILE", "the run's scenario has no gates")
	}
	return rules, nil
}

// readRules reads a file with a rule on each line.
func readRules(e env, name string) ([]gate.Rule, error) {
	text, err := e.disk.read(name, scenarioLimit)
	if err != nil {
		return nil, usageError("", "read rules: %s", cleanError(err))
	}
	var rules []gate.Rule
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		rule, err := gate.Parse(line)
		if err != nil {
			return nil, ruleError(fmt.Sprintf("%s:%d", name, i+1), line, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// asSyntax returns an error of the rule language.
func asSyntax(err error) (*gate.SyntaxError, bool) { return errors.AsType[*gate.SyntaxError](err) }

// writeVerdict prints the gates in every form that was asked for.
func writeVerdict(e env, o gateOptions, doc *reports.Document, rec *results.Record) error {
	var errs []error
	if o.junit != "" {
		errs = append(errs, e.output(o.junit, doc.JUnit))
	}
	if o.markdown != "" {
		errs = append(errs, e.output(o.markdown, doc.Summary))
	}
	if o.github {
		errs = append(errs, annotate(e, doc, rec.Run.Gates))
	}
	if o.json {
		errs = append(errs, e.output(o.output, func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return encoder.Encode(rec.Run.Gates)
		}))
		return errors.Join(errs...)
	}
	errs = append(errs, e.output(o.output, func(w io.Writer) error { return printGates(w, rec.Run.Gates) }))
	return errors.Join(errs...)
}

// annotate prints a GitHub workflow command for each gate that did not pass,
// and appends the summary to the job's page.
func annotate(e env, doc *reports.Document, gates []results.Gate) error {
	for _, g := range gates {
		level := map[string]string{results.Fail: "error", results.Invalid: "error", results.Inconclusive: "warning"}[g.Verdict]
		if level == "" {
			continue
		}
		text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(g.Rule + ": " + g.Observed + "; " + g.Detail)
		fmt.Fprintf(e.stdout, "::%s title=bench %s::%s\n", level, g.Verdict, text)
	}
	if page, set := e.lookup("GITHUB_STEP_SUMMARY"); set && page != "" {
		return e.appendTo(page, doc.Summary)
	}
	return nil
}
