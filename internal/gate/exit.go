package gate

import "wabench/results"

// The exit codes that verdicts map to.
const (
	ExitPass         = 0
	ExitFail         = 3
	ExitInconclusive = 4
	ExitInvalid      = 5
)

// Exit is the exit code of a run: ExitInvalid if its generator was invalid,
// whatever the gates say; else ExitFail if a gate failed, ExitInvalid if one
// could not be judged because the baseline's plan differs, ExitInconclusive if
// one lacks the evidence, and ExitPass if all passed or there are none.
func Exit(gates []results.Gate, generator results.Generator) int {
	count := map[string]int{}
	for _, g := range gates {
		count[g.Verdict]++
	}
	switch {
	case generator.Verdict == results.Invalid:
		return ExitInvalid
	case count[results.Fail] > 0:
		return ExitFail
	case count[results.Invalid] > 0:
		return ExitInvalid
	case count[results.Pass] < len(gates):
		return ExitInconclusive
	}
	return ExitPass
}
