// Package scenarios reads scenario files and makes plans of them. A Scenario
// is what the author wrote, each field knowing its line; a Plan is the same
// with nothing left open:
//
//	scenario, err := scenarios.Parse("campaign.yaml", src)
//	plan, err := scenario.Resolve(scenarios.Env{Lookup: os.LookupEnv, ReadFile: os.ReadFile})
//
// Both errors are Problems: every mistake of the file with its line, column
// and excerpt. A plan says what is sent (Call), when (Schedule), to whom and in
// which order (Legs); draws are keyed by the seed and the arrival's number, so
// a plan sends the same requests wherever it runs.
//
// The package also holds the scenarios that ship with bench (Shipped) and the
// JSON Schema of the language (Schema).
package scenarios
