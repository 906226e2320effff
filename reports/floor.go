package reports

import (
	"fmt"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// NoteNoFloor is the code of the note of a run whose tool floor is not known:
// the terminal says so in its line on the floor, and not again among the notes.
const NoteNoFloor = "no_tool_floor"

// floorWords says what the tool itself adds, and what follows from that.
func floorWords(f *results.Floor) string {
	if f == nil {
		return "not known; 'bench calibrate' measures it"
	}
	return fmt.Sprintf("p50 %s, p99 %s added; no difference below %s (up to p90) or %s (above) is called one; valid up to %s; measured %s at %s",
		units.FormatDuration(f.AddedP50), units.FormatDuration(f.AddedP99),
		units.FormatDuration(f.Resolution(0.5)), units.FormatDuration(f.Resolution(0.99)),
		rate(f.HighestRate), f.Measured.UTC().Format(time.DateOnly), rate(f.Rate))
}
