package accuracy

import (
	"fmt"
	"strings"
	"time"

	"wabench/internal/units"
)

// table is one of Markdown, as it is built.
type table struct{ strings.Builder }

// figureTable begins a table whose columns after the first are set to the right.
func figureTable(head ...string) *table {
	t := &table{}
	t.row(head...)
	t.WriteString("|---|" + strings.Repeat("---:|", len(head)-1) + "\n")
	return t
}

// textTable begins a table of words.
func textTable(head ...string) *table {
	t := &table{}
	t.row(head...)
	t.WriteString("|" + strings.Repeat("---|", len(head)) + "\n")
	return t
}

func (t *table) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = strings.NewReplacer("|", "\\|", "\n", " ").Replace(cell)
	}
	fmt.Fprintf(t, "| %s |\n", strings.Join(cells, " | "))
}

// duration is one that is known, or a dash.
func duration(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return units.FormatDuration(d)
}

// mebibytes prints a size of memory.
func mebibytes(n float64) string { return fmt.Sprintf("%.0f MiB", n/(1<<20)) }

// spread prints a median with the least and the most.
func spread(middle, least, most string) string {
	if least == most {
		return middle
	}
	return fmt.Sprintf("%s (%s–%s)", middle, least, most)
}

// list joins names with commas, or says that there are none.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
