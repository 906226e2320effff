package live

import (
	"strings"
	"unicode/utf8"
)

// colour is an ECMA-48 colour, 0 for none.
type colour string

const (
	noColour colour = ""
	red      colour = "\x1b[31m"
	yellow   colour = "\x1b[33m"
	reset           = "\x1b[0m"
)

// cell is a piece of a line in one colour.
type cell struct {
	text   string
	colour colour
}

// line is what one row of the terminal says.
type line []cell

// plainLine is a line of one colourless cell.
func plainLine(text string) line { return line{{text: text}} }

// add appends a cell, two blanks apart.
func (l line) add(text string, c colour) line { return append(l, cell{"  " + text, c}) }

// render is the line as text, cut to width columns and, if painted, with its
// colours. Every character counts as one column.
func (l line) render(width int, painted bool) string {
	var text strings.Builder
	for _, c := range l {
		cut := fit(c.text, width)
		width -= utf8.RuneCountInString(cut)
		if painted && c.colour != noColour && cut != "" {
			cut = string(c.colour) + cut + reset
		}
		text.WriteString(cut)
	}
	return strings.TrimRight(text.String(), " ")
}

// fit cuts text to width characters.
func fit(text string, width int) string {
	for at := range text {
		if width == 0 {
			return text[:at]
		}
		width--
	}
	return text
}
