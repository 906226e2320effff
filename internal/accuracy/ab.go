package accuracy

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// ab is closed: it has no rate. Quantiles it knows in whole per cents.
func ab(pkg string) Tool {
	return Tool{
		Name: "ab", Package: pkg, Program: "ab",
		ask: func(j Job) Command {
			args := []string{
				"-q", "-k", "-l", "-t", fmt.Sprintf("%.0f", j.For.Seconds()), "-n", strconv.FormatInt(abMost, 10),
				"-c", strconv.Itoa(j.users()), "-p", "body.json", "-e", "percent.csv",
			}
			for _, field := range headerOf(j.Request) {
				args = append(args, heyHeader(field)...) // the same flags
			}
			return Command{
				Program: "ab", Args: append(args, j.address()), Files: map[string]string{"body.json": string(j.Request.Body)},
			}
		},
		read: readAB,
	}
}

// abMost is more requests than ab makes in a run; without it -t ends at 50,000.
const abMost = 2_000_000

// readAB reads the table of per cents and ms, and the line "Complete requests:
// 500".
func readAB(o Output) (Reading, error) {
	var r Reading
	for line := range strings.Lines(o.Text) {
		_, _ = fmt.Sscanf(line, "Complete requests: %d", &r.Requests) // no other line begins so
	}
	content, err := fs.ReadFile(o.Files, "percent.csv")
	if err != nil {
		return r, err
	}
	table := csv.NewReader(strings.NewReader(string(content)))
	table.FieldsPerRecord = 2
	rows, err := table.ReadAll()
	if err != nil {
		return r, fmt.Errorf("read ab's table: %w", err)
	}
	for _, row := range rows[min(1, len(rows)):] { // without the heading
		percent, err := strconv.Atoi(row[0])
		if err != nil {
			return r, fmt.Errorf("read ab's table: %w", err)
		}
		value, err := milliseconds(row[1])
		if err != nil {
			return r, fmt.Errorf("read ab's table: %w", err)
		}
		r.set(float64(percent)/100, value)
	}
	return r, r.complete()
}
