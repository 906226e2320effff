package fakeapi

import (
	"encoding/json"
	"strings"
	"time"
)

// template is a message template. Its account's lock guards it.
type template struct {
	id, name, language, category string
	format                       string // POSITIONAL or NAMED
	status, reason               string
	quality                      string
	components                   []templateComponent
	created                      time.Time
	pacing                       pacing
	pauses                       int           // how often it was paused
	ttl                          time.Duration // how long its messages are tried to deliver; 0 is the usual
}

// The statuses of templates that the fake gives by itself.
const (
	templatePending  = "PENDING"
	templateApproved = "APPROVED"
	templateRejected = "REJECTED"
	templatePaused   = "PAUSED"
	templateDisabled = "DISABLED"
)

// templateComponent is one part of a template as it is created. What the fake
// does not look at is kept as written.
type templateComponent struct {
	Type    string           `json:"type"`
	Format  string           `json:"format,omitempty"`
	Text    string           `json:"text,omitempty"`
	Buttons []templateButton `json:"buttons,omitempty"`
	Example json.RawMessage  `json:"example,omitempty"`
	Cards   json.RawMessage  `json:"cards,omitempty"`
	// Parts of authentication templates, whose texts are the platform's own.
	Security   bool `json:"add_security_recommendation,omitempty"`
	Expiration int  `json:"code_expiration_minutes,omitempty"`
}

type templateButton struct {
	Type        string          `json:"type"`
	Text        string          `json:"text,omitempty"`
	URL         string          `json:"url,omitempty"`
	PhoneNumber string          `json:"phone_number,omitempty"`
	OTPType     string          `json:"otp_type,omitempty"`
	Example     json.RawMessage `json:"example,omitempty"`
}

// part returns the component of the type, nil if there is none.
func (t *template) part(kind string) *templateComponent {
	for i := range t.components {
		if strings.EqualFold(t.components[i].Type, kind) {
			return &t.components[i]
		}
	}
	return nil
}

// placeholders returns what stands between the double braces of a text, each
// once, in the order of their first appearance.
func placeholders(text string) (names []string) {
	seen := map[string]bool{}
	for {
		_, rest, open := strings.Cut(text, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		if !open || !closed {
			return names
		}
		if name = strings.TrimSpace(name); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
		text = after
	}
}

// fields are what a template shows of itself.
func (t *template) fields() map[string]any {
	return map[string]any{
		"id": t.id, "name": t.name, "language": t.language, "status": t.status, "category": t.category,
		"components": t.components, "parameter_format": t.format, "rejected_reason": t.reason,
		"quality_score": map[string]any{"score": t.quality, "date": t.created.Unix()},
	}
}

// templateDefaults are the fields of a template that are answered when none are
// asked for.
var templateDefaults = []string{"name", "parameter_format", "components", "language", "status", "category", "id"}
