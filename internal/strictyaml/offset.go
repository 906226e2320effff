package strictyaml

import (
	"strings"
	"unicode/utf8"
)

// escapeLength is the length of the escapes of double quotes that are longer
// than two characters.
var escapeLength = map[rune]int{'x': 4, 'u': 6, 'U': 10}

// At returns the place of the byte at offset in a scalar's value, so that a
// message can point into a rule or a template. Where the text is folded over
// several lines it returns the scalar's own place.
func (n *Node) At(offset int) Pos {
	offset = min(max(offset, 0), len(n.Value))
	before := n.Value[:offset]
	if n.quote == '|' {
		return n.inBlock(before)
	}
	start := n.Pos
	if n.quote != 0 {
		start = start.right(1)
	}
	raw := []rune(n.Pos.Source.rawLine(n.Pos.Line))
	if start.Col-1 > len(raw) {
		return n.Pos
	}
	width, ok := rawWidth(raw[start.Col-1:], before, n.quote)
	if !ok {
		return n.Pos
	}
	return start.right(width)
}

// rawWidth returns how many characters of raw spell text, inside the given
// kind of quotes.
func rawWidth(raw []rune, text string, quote byte) (width int, ok bool) {
	for _, want := range text {
		switch {
		case width >= len(raw):
			return 0, false
		case quote == '"' && raw[width] == '\\' && width+1 < len(raw):
			width += max(2, escapeLength[raw[width+1]])
		case quote == '\'' && raw[width] == '\'':
			width += 2
		case raw[width] == want:
			width++
		default:
			return 0, false
		}
	}
	return width, width <= len(raw)
}

// inBlock finds the place after the text before in a literal block, whose
// lines follow the one with the "|" and share one indentation.
func (n *Node) inBlock(before string) Pos {
	line := n.Pos.Line + 1 + strings.Count(before, "\n")
	last := before[strings.LastIndexByte(before, '\n')+1:]
	raw := n.Pos.Source.rawLine(line)
	content := n.Value[len(before)-len(last):]
	content, _, _ = strings.Cut(content, "\n")
	indent, _, found := strings.Cut(raw, content)
	if !found || content == "" || strings.Trim(indent, " ") != "" {
		return n.Pos
	}
	pos := n.Pos
	pos.Line, pos.Col = line, 1+len(indent)+utf8.RuneCountInString(last)
	return pos
}

// rawLine returns a line as it is written, hidden texts included.
func (s *Source) rawLine(number int) string {
	if number < 1 || number > len(s.lines) {
		return ""
	}
	return s.lines[number-1]
}
