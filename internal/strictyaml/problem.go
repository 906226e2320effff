package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProblems is the most problems one error holds.
const maxProblems = 100

// Problem is one mistake in a file, at its place.
type Problem struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	// What says what is wrong, in one line.
	What string `json:"what"`
	// Excerpt is the line with the mistake, and Caret the mistake's offset in
	// it, in characters.
	Excerpt string `json:"excerpt,omitempty"`
	Caret   int    `json:"caret"`
	// Hint says what to do about it; it may be empty.
	Hint string `json:"hint,omitempty"`
}

// Error returns the problem as file:line:col: what, with excerpt, caret and
// hint on lines of their own.
func (p Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", p.File, p.Line, p.Col, p.What)
	if strings.TrimSpace(p.Excerpt) != "" {
		fmt.Fprintf(&b, "\n  %s\n  %s^", p.Excerpt, padding(p.Excerpt, p.Caret))
	}
	if p.Hint != "" {
		fmt.Fprintf(&b, "\n  hint: %s", p.Hint)
	}
	return b.String()
}

// padding is as wide as the first n characters of text: tabs stay tabs.
func padding(text string, n int) string {
	var b strings.Builder
	for _, r := range []rune(text)[:n] {
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Problems are all the mistakes of a file, in the order of their places.
type Problems []Problem

// Error returns every problem, one after the other.
func (ps Problems) Error() string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.Error()
	}
	if len(ps) == maxProblems {
		texts = append(texts, fmt.Sprintf("only the first %d mistakes are shown", maxProblems))
	}
	return strings.Join(texts, "\n")
}

// mistake is a problem whose excerpt is not cut yet: whatever is hidden in the
// meantime stays hidden.
type mistake struct {
	pos        Pos
	what, hint string
}

func (m mistake) problem() Problem {
	if !m.pos.Known() {
		return Problem{What: m.what, Hint: m.hint}
	}
	text, caret := m.pos.Source.excerpt(m.pos.Line, m.pos.Col)
	return Problem{
		File: m.pos.Source.Name, Line: m.pos.Line, Col: m.pos.Col,
		What: m.what, Excerpt: text, Caret: caret, Hint: m.hint,
	}
}

// first returns the problems of the first mistakes by place, without
// repetitions: an anchor's mistake shows at each of its aliases.
func first(mistakes []mistake) Problems {
	mistakes = slices.Clone(mistakes)
	slices.SortStableFunc(mistakes, func(a, b mistake) int {
		return cmp.Or(cmp.Compare(a.pos.name(), b.pos.name()), cmp.Compare(a.pos.Line, b.pos.Line), cmp.Compare(a.pos.Col, b.pos.Col))
	})
	mistakes = slices.Compact(mistakes)
	problems := make(Problems, 0, maxProblems)
	for _, m := range mistakes[:min(len(mistakes), maxProblems)] {
		problems = append(problems, m.problem())
	}
	return problems
}
