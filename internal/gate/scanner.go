package gate

import "strings"

// parser walks over a rule; at is the next byte, began the first byte of the
// symbol read last.
type parser struct {
	text      string
	at, began int
}

// word reads a name or number; empty if something else is next.
func (p *parser) word() string {
	return p.take(func(c byte) bool { return isLetterOrDigit(c) || c == '_' || c == '.' || c == '-' })
}

// chunk reads up to the next space.
func (p *parser) chunk() string {
	return p.take(func(c byte) bool { return !isSpace(c) })
}

func (p *parser) take(part func(byte) bool) string {
	p.skipSpace()
	for p.at < len(p.text) && part(p.text[p.at]) {
		p.at++
	}
	return p.text[p.began:p.at]
}

// symbol steps over the symbol if it is next.
func (p *parser) symbol(symbol string) bool {
	p.skipSpace()
	if !strings.HasPrefix(p.text[p.at:], symbol) {
		return false
	}
	p.at += len(symbol)
	return true
}

func (p *parser) skipSpace() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
	p.began = p.at
}

// mistake is an error at the symbol read last.
func (p *parser) mistake(text, hint string) *SyntaxError {
	return &SyntaxError{Offset: p.began, Text: text, Hint: hint}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
