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
	// hidden are texts that no excerpt may show.
	hidden []string
}

// NewSource names a text.
func NewSource(name, text string) *Source {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return &Source{Name: name, lines: strings.Split(text, "\n")}
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
	runes := []rune(strings.Map(printable, s.line(line)))
	caret = min(max(col-1, 0), len(runes))
	if len(runes) <= excerptWidth {
		return string(runes), caret
	}
	from := max(0, caret-excerptWidth/2)
	to := min(len(runes), from+excerptWidth)
	cut := runes[from:to]
	caret -= from
	if to < len(runes) {
		cut = append(slices.Clone(cut), '…')
	}
	if from > 0 {
		cut = append([]rune{'…'}, cut...)
		caret++
	}
	return string(cut), caret
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

// right returns the position n characters further on the same line.
func (p Pos) right(n int) Pos {
	p.Col += n
	return p
}
