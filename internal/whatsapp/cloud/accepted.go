package cloud

// acceptedID reads the answer to an accepted message as the platform writes it,
// of which a load brings thousands a second. What deviates by a byte is left to
// the JSON decoder.
func acceptedID(body []byte) (id string, ok bool) {
	r := literalReader{rest: body, ok: true}
	r.skip(`{"messaging_product":"whatsapp","contacts":[{"input":`)
	r.text()
	r.skip(`,"wa_id":`)
	r.text()
	r.skip(`}],"messages":[{"id":`)
	found := r.text()
	if r.has(`,"message_status":`) {
		r.text()
	}
	r.skip(`}]}`)
	r.has("\n")
	if !r.ok || len(r.rest) > 0 || len(found) == 0 {
		return "", false
	}
	return string(found), true
}

// literalReader reads what is known beforehand but for plain strings.
type literalReader struct {
	rest []byte
	ok   bool // all was as expected so far
}

// has reads a literal if it comes next.
func (r *literalReader) has(literal string) bool {
	if len(r.rest) < len(literal) || string(r.rest[:len(literal)]) != literal {
		return false
	}
	r.rest = r.rest[len(literal):]
	return true
}

func (r *literalReader) skip(literal string) { r.ok = r.ok && r.has(literal) }

// text reads a string of printable ASCII without escapes.
func (r *literalReader) text() []byte {
	r.skip(`"`)
	for i, c := range r.rest {
		if c == '"' && r.ok {
			text := r.rest[:i]
			r.rest = r.rest[i+1:]
			return text
		}
		if c < ' ' || c > '~' || c == '\\' {
			break
		}
	}
	r.ok = false
	return nil
}
