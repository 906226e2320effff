package reports

import "strings"

// Table is a table as data: the first column heads its row.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
}

// Column is a table's column. Columns with a higher Spare are left out first
// where a terminal is too narrow; 0 always stays.
type Column struct {
	Name    string
	Numeric bool
	Spare   int
}

// Cell is one cell. Sub is its small print: an interval below a figure. Link is
// where a page leads from it, relative to the page.
type Cell struct {
	Text string
	Sub  string
	Mood Mood
	Link string
}

// columns makes columns from words: a leading > means numeric, trailing * that
// a narrow terminal may leave it out, the more the earlier.
func columns(words ...string) []Column {
	cols := make([]Column, len(words))
	for i, word := range words {
		name, numeric := strings.CutPrefix(word, ">")
		bare := strings.TrimRight(name, "*")
		cols[i] = Column{Name: bare, Numeric: numeric, Spare: len(name) - len(bare)}
	}
	return cols
}

// row makes a row of plain cells.
func row(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i] = Cell{Text: text}
	}
	return cells
}

// add appends a row.
func (t *Table) add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// text returns the cell with its small print behind it.
func (c Cell) text() string {
	if c.Sub == "" {
		return c.Text
	}
	if c.Text == "" {
		return c.Sub
	}
	return c.Text + " (" + c.Sub + ")"
}
