package reports

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// gutter is the space between two columns.
const gutter = "  "

// table prints a table in aligned columns, leaving out the most dispensable
// columns until it fits the terminal.
func (p *terminal) table(t Table) {
	shown, widths := fit(t, p.options.Width)
	var header []string
	for i, col := range shown {
		header = append(header, pad(t.Columns[col].Name, widths[i], t.Columns[col].Numeric))
	}
	p.out.WriteString(p.in(bold, strings.TrimRight(strings.Join(header, gutter), " ")) + "\n")
	for _, cells := range t.Rows {
		var line []string
		for i, col := range shown {
			padded := pad(cells[col].Text, widths[i], t.Columns[col].Numeric)
			if i == len(shown)-1 {
				padded = strings.TrimRight(padded, " ")
			}
			line = append(line, p.in(cells[col].Mood, padded))
		}
		p.out.WriteString(strings.Join(line, gutter) + "\n")
	}
}

// fit returns the columns that fit into width, and their widths.
func fit(t Table, width int) (shown, widths []int) {
	for spare := 3; ; spare-- {
		shown, widths = nil, nil
		total := -len(gutter)
		for i, col := range t.Columns {
			if col.Spare > spare {
				continue
			}
			w := columnWidth(t, i)
			shown, widths = append(shown, i), append(widths, w)
			total += w + len(gutter)
		}
		if total <= width || spare == 0 {
			return shown, widths
		}
	}
}

func columnWidth(t Table, i int) int {
	width := utf8.RuneCountInString(t.Columns[i].Name)
	for _, cells := range t.Rows {
		width = max(width, utf8.RuneCountInString(cells[i].Text))
	}
	return width
}

// pad fills text to width, on the left for numbers.
func pad(text string, width int, numeric bool) string {
	fill := strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
	if numeric {
		return fill + text
	}
	return text + fill
}

// wrap breaks text into lines of at most width characters at its spaces; a
// longer word gets a line of its own.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return slices.DeleteFunc(append(lines, line), func(s string) bool { return s == "" })
}

// escape matches an ANSI colour, which takes no room.
var escape = regexp.MustCompile("\x1b\\[[0-9]*m")

// visible is the number of columns text takes.
func visible(text string) int {
	return utf8.RuneCountInString(escape.ReplaceAllString(text, ""))
}
