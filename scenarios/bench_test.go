package scenarios_test

import (
	"testing"

	"wabench/scenarios"
)

// BenchmarkParse reads and resolves the shipped comparison: what a command
// costs before anything is sent.
func BenchmarkParse(b *testing.B) {
	source, ok := scenarios.ShippedScenario("cloud-vs-onprem")
	if !ok {
		b.Fatal("cloud-vs-onprem is not shipped")
	}
	b.ReportAllocs()
	for b.Loop() {
		s, err := scenarios.Parse("cloud-vs-onprem.yaml", source)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Resolve(scenarios.Env{}); err != nil {
			b.Fatal(err)
		}
	}
}
