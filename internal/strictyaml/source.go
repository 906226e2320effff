package strictyaml

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// excerptWidth is the longest excerpt shown, in characters.
const excerptWidth = 110

// Source is one text that values come from: a file, or an override from the
// command line.
type Source struct {
	// Name is what problems call the source.
	Name  string
	lines []string
	// widths are the lengths of the lines in characters.
	widths []int
	// hidden are texts that no excerpt may show.
	hidden []string
}

// NewSource names a text.
func NewSource(name, text string) *Source {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	s := &Source{Name: name, lines: strings.Split(text, "\n")}
	s.widths = make([]int, len(s.lines))
	for i, line := range s.lines {
		s.widths[i] = utf8.RuneCountInString(line)
	}
	return s
}

// Hide keeps a text, such as a password, out of every later excerpt.
func (s *Source) Hide(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			s.hidden = append(s.hidden, line)
		}
	}
	slices.SortFunc(s.hidden, func(a, b string) int { return len(b) - len(a) })
}

// line returns a line of the source with hidden texts starred out, "" if there
// is no such line.
func (s *Source) line(number int) string {
	if number < 1 || number > len(s.lines) {
		return ""
	}
	text := s.lines[number-1]
	for _, secret := range s.hidden {
		text = strings.ReplaceAll(text, secret, strings.Repeat("*", utf8.RuneCountInString(secret)))
	}
	return text
}

// excerpt returns the line at pos, cut around the column if it is long, and
// the column's offset in what is returned.
func (s *Source) excerpt(line, col int) (text string, caret int) {
	text = s.line(line)
	width := utf8.RuneCountInString(text)
	caret = min(max(col-1, 0), width)
	if width <= excerptWidth {
		return strings.Map(printable, text), caret
	}
	from := max(0, caret-excerptWidth/2)
	cut := strings.Map(printable, window(text, from, excerptWidth))
	caret -= from
	if from+excerptWidth < width {
		cut += "…"
	}
	if from > 0 {
		cut = "…" + cut
		caret++
	}
	return cut, caret
}

// window returns length characters of a text, or as many as there are, from
// the character at from.
func window(text string, from, length int) string {
	n, start := 0, len(text)
	for i := range text {
		switch n {
		case from:
			start = i
		case from + length:
			return text[start:i]
		}
		n++
	}
	return text[start:]
}

// printable replaces what could play tricks on a terminal.
func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\t' {
		return '\uFFFD'
	}
	return r
}

// Pos is a place in a source. Lines and columns count from 1; columns count
// characters. The zero Pos is nowhere.
type Pos struct {
	Source *Source
	Line   int
	Col    int
}

// Known reports whether the position is somewhere.
func (p Pos) Known() bool { return p.Source != nil }

// name returns the source's name, empty if the position is nowhere.
func (p Pos) name() string {
	if p.Source == nil {
		return ""
	}
	return p.Source.Name
}

// right returns the position n characters further on the same line.
func (p Pos) right(n int) Pos {
	p.Col += n
	return p
}
