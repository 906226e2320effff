package fakeapi

import (
	"net/http"
	"strconv"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// fieldChange is a change of any kind but a status, already written.
type fieldChange struct {
	account *account
	number  *number // nil for what concerns the whole account
	field   string
	value   []byte // JSON
	at      time.Time
}

func (f fieldChange) size() int { return 200 + 3*len(f.value) }

// rules returns how webhooks are sent at the moment.
func (c *cloudSide) rules() WebhookRules { return c.server.profile().Cloud.Webhooks }

// address returns where u goes: the number's own address, its account's, or the
// app's.
func (c *cloudSide) address(u update) string {
	n, a := c.origin(u)
	a.mu.Lock()
	unsubscribed := a.unsubscribed
	a.mu.Unlock()
	if unsubscribed {
		return ""
	}
	if n == nil {
		return c.server.hookSettings.to(whatsapp.Cloud, a.id)
	}
	return c.server.hookSettings.to(whatsapp.Cloud, n.id, a.id)
}

// origin returns the number and the account that u is about.
func (c *cloudSide) origin(u update) (*number, *account) {
	switch u := u.(type) {
	case statusChange:
		n := c.numbers[u.m.From]
		return n, n.account
	case fieldChange:
		return u.number, u.account
	}
	return nil, c.first.account
}

// seal signs the exact bytes of body.
func (c *cloudSide) seal(h http.Header, body []byte) {
	h.Set(cloud.SignatureHeader, cloud.Sign(c.server.hookSettings.appSecret(), body))
	h.Set("User-Agent", "facebookexternalua")
}

// compose writes a body. Statuses of one number that follow each other share a
// change; everything else has an entry of its own.
func (c *cloudSide) compose(updates []update) []byte {
	dst := make([]byte, 0, 300+500*len(updates))
	dst = append(dst, `{"object":"`+cloud.WebhookObject+`","entry":[`...)
	for i := 0; i < len(updates); {
		if i > 0 {
			dst = append(dst, ',')
		}
		n, a := c.origin(updates[i])
		dst = append(dst, `{"id":`...)
		dst = cloud.AppendASCII(dst, a.id)
		if change, ok := updates[i].(fieldChange); ok {
			dst = change.append(dst)
			i++
			continue
		}
		j := i + 1
		for j < len(updates) && c.shares(updates[j], n) {
			j++
		}
		dst = n.appendStatuses(dst, updates[i:j])
		i = j
	}
	return append(dst, `]}`...)
}

// shares reports whether u is a status of n.
func (c *cloudSide) shares(u update, n *number) bool {
	s, ok := u.(statusChange)
	return ok && s.m.From == n.id
}

// append writes the rest of the change's entry. Fields of an account carry the
// time.
func (f fieldChange) append(dst []byte) []byte {
	if f.field != cloud.FieldMessages {
		dst = append(dst, `,"time":`...)
		dst = strconv.AppendInt(dst, f.at.Unix(), 10)
	}
	dst = append(dst, `,"changes":[{"value":`...)
	dst = cloud.EscapeNonASCII(dst, f.value)
	dst = append(dst, `,"field":`...)
	dst = cloud.AppendASCII(dst, f.field)
	return append(dst, `}]}`...)
}

// appendStatuses writes the rest of an entry that tells statuses.
func (n *number) appendStatuses(dst []byte, updates []update) []byte {
	dst = append(dst, `,"changes":[{"value":{"messaging_product":"whatsapp","metadata":`...)
	dst = n.appendMetadata(dst)
	dst = append(dst, `,"statuses":[`...)
	for i, u := range updates {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = u.(statusChange).append(dst)
	}
	return append(dst, `]},"field":"messages"}]}`...)
}

func (n *number) appendMetadata(dst []byte) []byte {
	dst = append(dst, `{"display_phone_number":`...)
	dst = cloud.AppendASCII(dst, n.display)
	dst = append(dst, `,"phone_number_id":`...)
	dst = cloud.AppendASCII(dst, n.id)
	return append(dst, '}')
}
