package scenarios

import (
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"wabench/internal/whatsapp"
)

// MessageSpec is one entry of the mix: an operation and what it sends. Texts
// may have fields in {{ }}.
type MessageSpec struct {
	// Weight is the entry's share of the mix, relative to the others.
	Weight float64       `json:"weight"`
	Op     whatsapp.Op   `json:"op"`
	Type   whatsapp.Type `json:"type,omitempty"`

	Text     *whatsapp.Text     `json:"text,omitempty"`
	Template *whatsapp.Template `json:"template,omitempty"`
	Media    *whatsapp.Media    `json:"media,omitempty"`
	Location *whatsapp.Location `json:"location,omitempty"`
	Reaction *whatsapp.Reaction `json:"reaction,omitempty"`
	// Contacts, Interactive and Raw are sent as written.
	Contacts    json.RawMessage `json:"contacts,omitempty"`
	Interactive json.RawMessage `json:"interactive,omitempty"`
	Raw         json.RawMessage `json:"raw,omitempty"`
	// MessageID is what mark_read marks; empty makes up an inbound message of
	// the recipient.
	MessageID string `json:"message_id,omitempty"`
	// File is what media_upload uploads.
	File *File `json:"file,omitempty"`
}

// plain restores the raw parts after a way through JSON.
func (s *MessageSpec) plain() {
	s.Contacts, s.Interactive, s.Raw = plainJSON(s.Contacts), plainJSON(s.Interactive), plainJSON(s.Raw)
	if s.Template != nil {
		s.Template.Components = plainJSON(s.Template.Components)
	}
}

// File is a file to upload.
type File struct {
	Name     string `json:"name"`
	MIMEType string `json:"mime_type"`
	Bytes    []byte `json:"bytes"`
}

// mix is the plan's messages, compiled.
type mix struct {
	recipes []recipe
	// upTo are the running sums of the weights, the last one 1.
	upTo []float64
}

// newMix compiles a plan's messages.
func newMix(p *Plan) (*mix, error) {
	m := &mix{recipes: make([]recipe, len(p.Messages)), upTo: make([]float64, len(p.Messages))}
	total := 0.0
	for i, spec := range p.Messages {
		r, err := newRecipe(spec, &p.Recipients)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", i+1, err)
		}
		m.recipes[i] = *r
		total += spec.Weight
		m.upTo[i] = total
	}
	if total <= 0 {
		return nil, fmt.Errorf("the mix has no weight")
	}
	for i := range m.upTo {
		m.upTo[i] /= total
	}
	return m, nil
}

// pick returns the entry of the mix that arrival n is.
func (m *mix) pick(seed uint64, n int64) *recipe {
	if len(m.recipes) == 1 {
		return &m.recipes[0]
	}
	d := draw(seed, saltMix, uint64(n))
	at := d.share()
	i := sort.Search(len(m.upTo)-1, func(i int) bool { return at < m.upTo[i] })
	return &m.recipes[i]
}

// Op returns what arrival n does.
func (p *Plan) Op(n int64) whatsapp.Op { return p.mix.pick(p.Seed, n).op }

// Call returns what arrival n asks of a target. due fills {{now}}; all else
// depends on the seed and n alone, so the same arrival is the same call on
// every target of one API. The call's pointers may be shared between calls and
// must not be written through.
func (p *Plan) Call(t *Target, n int64, due time.Time) whatsapp.Call {
	r := p.mix.pick(p.Seed, n)
	m := moment{n: n, due: due, seed: p.Seed}
	if p.Recipients.Len() > 0 {
		m.recipient, m.row = p.Recipients.At(n), p.Recipients.index(n)
	}
	switch call := (whatsapp.Call{Op: r.op}); r.op {
	case whatsapp.OpSend:
		call.Message = r.message(&m)
		return call
	case whatsapp.OpContacts:
		call.Contact = m.recipient
		return call
	case whatsapp.OpMarkRead:
		if call.MessageID = r.messageID.render(&m); call.MessageID == "" {
			call.MessageID = inboundID(t.API, &m)
		}
		return call
	default:
		call.File = r.file
		return call
	}
}

// Message returns the message that arrival n sends, and false if it does
// something else.
func (p *Plan) Message(n int64, due time.Time) (whatsapp.Message, bool) {
	call := p.Call(&Target{}, n, due)
	return call.Message, call.Op == whatsapp.OpSend
}
