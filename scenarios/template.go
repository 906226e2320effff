package scenarios

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/strictyaml"
)

// template is a text with fields in it, compiled:
//
//	text  = { literal | "{{" field "}}" } ;
//	field = "seq" | "recipient" | "uuid" | "now" | "digits" number | "csv" string | string ;
//
// seq is the arrival's number, from 0; now is the arrival's due time in RFC
// 3339; a string stands for itself, so that {{"{{"}} writes two braces. A field
// that stands in one message twice has the same value both times.
type template struct {
	// static is the whole text if it has no fields.
	static string
	pieces []piece
}

// piece is a literal or a field.
type piece struct {
	field  fieldKind
	text   string // of a literal; the column of csv
	digits int
	values []string // of csv: by recipient
}

type fieldKind uint8

const (
	literal fieldKind = iota
	fieldSeq
	fieldRecipient
	fieldUUID
	fieldNow
	fieldDigits
	fieldCSV
)

var fieldNames = []string{"seq", "recipient", "digits", "uuid", "now", "csv"}

// maxDigits is the most digits one field writes.
const maxDigits = 64

// templateError is a mistake in a template, at a byte of it.
type templateError struct {
	offset     int
	what, hint string
}

func (e *templateError) Error() string { return e.what }

// parseTemplate compiles a text. Columns of csv fields are not looked up yet.
func parseTemplate(text string) (*template, *templateError) {
	t := &template{static: text}
	if !strings.Contains(text, "{{") {
		return t, nil
	}
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], "{{")
		if open < 0 {
			t.literal(text[at:])
			break
		}
		t.literal(text[at : at+open])
		start := at + open
		length := fieldLength(text[start+2:])
		if length < 0 {
			return nil, &templateError{start, "field is not closed", `close it with }}, or write {{"{{"}} for two braces`}
		}
		p, err := parseField(text[start+2:start+2+length], start+2)
		if err != nil {
			return nil, err
		}
		t.pieces = append(t.pieces, p)
		at = start + 2 + length + 2
	}
	return t, nil
}

// fieldLength returns the length of a field up to its "}}", which does not
// count inside quotes; -1 if there is none.
func fieldLength(text string) int {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '"' && (i == 0 || text[i-1] != '\\'):
			quoted = !quoted
		case !quoted && strings.HasPrefix(text[i:], "}}"):
			return i
		}
	}
	return -1
}

func (t *template) literal(text string) {
	if text != "" {
		t.pieces = append(t.pieces, piece{text: text})
	}
}

// parseField reads what stands between the braces; offset is where that is.
func parseField(inside string, offset int) (piece, *templateError) {
	word := strings.TrimSpace(inside)
	offset += strings.Index(inside, word)
	if strings.HasPrefix(word, `"`) {
		text, err := strconv.Unquote(word)
		if err != nil {
			return piece{}, &templateError{offset, "string is not closed", ""}
		}
		return piece{text: text}, nil
	}
	name, argument, _ := strings.Cut(word, " ")
	argument = strings.TrimSpace(argument)
	kind := slices.Index([]string{"", "seq", "recipient", "uuid", "now", "digits", "csv"}, name)
	switch p := (piece{field: fieldKind(max(kind, 0))}); {
	case kind <= 0:
		return p, &templateError{offset, fmt.Sprintf("unknown field %q", name), strictyaml.Suggest(name, fieldNames)}
	case p.field == fieldDigits:
		return parseDigits(p, argument, offset)
	case p.field == fieldCSV:
		column, err := strconv.Unquote(argument)
		if err != nil || column == "" {
			return p, &templateError{offset, "csv wants a column in quotes", `write {{csv "name"}}`}
		}
		p.text = column
		return p, nil
	case argument != "":
		return p, &templateError{offset, fmt.Sprintf("%s takes nothing after it", name), ""}
	default:
		return p, nil
	}
}

func parseDigits(p piece, argument string, offset int) (piece, *templateError) {
	n, err := strconv.Atoi(argument)
	if err != nil || n < 1 || n > maxDigits {
		return p, &templateError{offset, fmt.Sprintf("digits wants a number from 1 to %d", maxDigits), "write {{digits 6}}"}
	}
	p.digits = n
	return p, nil
}

// columns lists the columns that the template's csv fields name.
func (t *template) columns() []string {
	var names []string
	for _, p := range t.pieces {
		if p.field == fieldCSV {
			names = append(names, p.text)
		}
	}
	return names
}

// moment is what the fields of one arrival are filled from.
type moment struct {
	n         int64
	due       time.Time
	recipient string
	row       int64
	seed      uint64
}

// dice returns the moment's random numbers for one thing.
func (m *moment) dice(salt uint64) dice { return draw(m.seed, salt, uint64(m.n)) }

// render returns the text for an arrival. Static texts cost nothing, others
// one allocation.
func (t *template) render(m *moment) string {
	if t.pieces == nil {
		return t.static
	}
	var b strings.Builder
	b.Grow(t.size(m))
	var scratch [64]byte
	for i := range t.pieces {
		p := &t.pieces[i]
		switch p.field {
		case literal:
			b.WriteString(p.text)
		case fieldCSV:
			b.WriteString(p.values[m.row])
		case fieldRecipient:
			b.WriteString(m.recipient)
		default:
			b.Write(p.generate(scratch[:0], m))
		}
	}
	return b.String()
}

// size is at least as many bytes as render writes.
func (t *template) size(m *moment) int {
	total := 0
	for i := range t.pieces {
		p := &t.pieces[i]
		switch p.field {
		case literal:
			total += len(p.text)
		case fieldCSV:
			total += len(p.values[m.row])
		case fieldRecipient:
			total += len(m.recipient)
		case fieldDigits:
			total += p.digits
		default:
			total += len("00000000-0000-0000-0000-000000000000")
		}
	}
	return total
}

// generate appends the fields that are computed.
func (p *piece) generate(to []byte, m *moment) []byte {
	switch p.field {
	case fieldSeq:
		return strconv.AppendInt(to, m.n, 10)
	case fieldNow:
		return m.due.UTC().AppendFormat(to, "2006-01-02T15:04:05.000Z")
	case fieldUUID:
		d := m.dice(saltUUID)
		return d.uuid(to)
	default:
		d := m.dice(saltDigits + uint64(p.digits)<<8)
		return d.digits(to, p.digits)
	}
}

// digits appends n random digits.
func (d *dice) digits(to []byte, n int) []byte {
	for n > 0 {
		bits := d.source.Uint64() >> 4 // 2^60 is a multiple of ten but for 10^-17
		for range min(n, 16) {
			to = append(to, byte('0'+bits%10))
			bits /= 10
		}
		n -= min(n, 16)
	}
	return to
}

// bytes returns 16 random bytes.
func (d *dice) bytes() (b [16]byte) {
	binary.LittleEndian.PutUint64(b[:8], d.source.Uint64())
	binary.LittleEndian.PutUint64(b[8:], d.source.Uint64())
	return b
}

// uuid appends a random UUID (version 4).
func (d *dice) uuid(to []byte) []byte {
	id := d.bytes()
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	for i, group := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			to = append(to, '-')
		}
		to = hex.AppendEncode(to, group)
	}
	return to
}
