package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// What a document may not exceed.
const (
	maxSize     = 1 << 20 // bytes
	maxDepth    = 64      // mappings and lists in each other
	maxExpanded = 100_000 // values that stand there through aliases
)

// Parse reads one YAML document into a tree. The error is of type Problems;
// the tree is nil if the text is no YAML, and has gaps where the problems are
// if it breaks our stricter rules.
func (d *Decoder) Parse(name string, src []byte) *Node {
	return d.parse(NewSource(name, string(src)), src)
}

// ParseTail reads the value that begins at a byte of a one-line text, as in
// KEY=VALUE. Places are those in the whole text.
func (d *Decoder) ParseTail(source *Source, from int) *Node {
	text := source.rawLine(1)
	blanks := strings.Repeat(" ", utf8.RuneCountInString(text[:from]))
	return d.parse(source, []byte(blanks+text[from:]))
}

func (d *Decoder) parse(source *Source, src []byte) *Node {
	top := Pos{Source: source, Line: 1, Col: 1}
	if len(src) > maxSize {
		d.Problem(top, "", "file is %d bytes long; the most is 1 MiB", len(src))
		return nil
	}
	if pos, what := unreadable(source); what != "" {
		d.Problem(pos, "", "%s", what)
		return nil
	}
	document := d.load(top, src)
	if document == nil {
		return nil
	}
	c := &converter{decoder: d, source: source, open: map[*yaml.Node]bool{}}
	return c.node(document, 0)
}

// unreadable finds the first character that is not valid text.
func unreadable(s *Source) (pos Pos, what string) {
	for i, line := range s.lines {
		col := 0
		for at, r := range line {
			col++
			pos = Pos{Source: s, Line: i + 1, Col: col}
			switch {
			case r == utf8.RuneError && !strings.HasPrefix(line[at:], "\uFFFD"):
				return pos, fmt.Sprintf("byte 0x%02x is not UTF-8", line[at])
			case unicode.IsControl(r) && r != '\t', r == '\u2028', r == '\u2029', r == '\ufeff':
				return pos, fmt.Sprintf("control character U+%04X is not allowed", r)
			}
		}
	}
	return Pos{}, ""
}

// load parses the text and returns the root value of its only document.
func (d *Decoder) load(top Pos, src []byte) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithUniqueKeys(false))
	if err != nil {
		d.Problem(top, "", "%s", err)
		return nil
	}
	var document, next yaml.Node
	err = loader.Load(&document)
	if errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0 {
		d.Problem(top, "", "file is empty")
		return nil
	}
	if err != nil {
		d.syntax(top, err)
		return nil
	}
	switch err := loader.Load(&next); {
	case err == nil:
		pos := Pos{Source: top.Source, Line: max(1, next.Line), Col: max(1, next.Column)}
		d.Problem(pos, "keep each document in a file of its own", "a second document begins here")
		return nil
	case !errors.Is(err, io.EOF):
		d.syntax(top, err)
		return nil
	}
	return document.Content[0]
}

// syntax notes an error of the YAML parser, which stops at its first.
func (d *Decoder) syntax(top Pos, err error) {
	mistake, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		d.Problem(top, "", "%s", err)
		return
	}
	pos, what := top, mistake.Message
	if mistake.Mark.Line > 0 {
		pos = top.Source.clamp(mistake.Mark.Line, mistake.Mark.Column)
	}
	if mistake.ContextMsg != "" {
		what = fmt.Sprintf("%s (%s from line %d)", what, mistake.ContextMsg, max(1, mistake.ContextMark.Line))
	}
	d.Problem(pos, syntaxHint(mistake.Message), "%s", what)
}

// syntaxHint says what is usually behind a message of the YAML parser.
func syntaxHint(message string) string {
	switch {
	case strings.Contains(message, "tab character"), strings.Contains(message, "cannot start any token"):
		return "indent with spaces; quote text that begins with @, ` or %"
	case strings.Contains(message, "mapping values are not allowed"):
		return `check the indentation, and quote text that contains ": "`
	default:
		return ""
	}
}

// clamp returns a position that lies inside the source.
func (s *Source) clamp(line, col int) Pos {
	line = min(max(line, 1), len(s.lines))
	return Pos{Source: s, Line: line, Col: min(max(col, 1), s.widths[line-1]+1)}
}
