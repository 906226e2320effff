package fakeapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// listTemplates answers GET /{account}/message_templates, with the filters name,
// name_or_content, language, status and category. The last three take one value
// or a list in JSON.
func (c *cloudSide) listTemplates(g *call) {
	query := g.r.URL.Query()
	fits := func(filter, value string) bool {
		text := query.Get(filter)
		want := []string{text}
		if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &want) != nil {
			return false
		}
		return text == "" || slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(w, value) })
	}
	list := []map[string]any{}
	g.account.mu.Lock()
	for _, t := range g.account.templates {
		if strings.Contains(t.name, query.Get("name")) && t.has(query.Get("name_or_content")) && fits("language", t.language) && fits("status", t.status) && fits("category", t.category) {
			all, picked := t.fields(), map[string]any{"id": t.id}
			for _, name := range g.fields(templateDefaults) {
				if value, known := all[name]; known {
					picked[name] = value
				}
			}
			list = append(list, picked)
		}
	}
	g.account.mu.Unlock()
	c.ok(g, page(g, list, func(m map[string]any) string { return m["id"].(string) }))
}

// has reports whether words are in the template's name or in one of its texts.
func (t *template) has(words string) bool {
	return strings.Contains(t.name, words) || slices.ContainsFunc(t.components, func(p templateComponent) bool {
		return strings.Contains(p.Text, words)
	})
}

// deleteTemplates answers DELETE /{account}/message_templates: all languages of a
// name, or the one with the id.
func (c *cloudSide) deleteTemplates(g *call) {
	query := g.r.URL.Query()
	name, id := query.Get("name"), query.Get("hsm_id")
	if name == "" {
		c.fail(g.exchange, lacks("name"))
		return
	}
	var gone []*template
	g.account.mu.Lock()
	g.account.templates = slices.DeleteFunc(g.account.templates, func(t *template) bool {
		if t.name != name || id != "" && t.id != id {
			return false
		}
		gone = append(gone, t)
		return true
	})
	g.account.mu.Unlock()
	if len(gone) == 0 {
		c.fail(g.exchange, &refusal{code: 100, subcode: 2593002, details: "There is no template of that name."})
		return
	}
	for _, t := range gone {
		c.setTemplate(g.account, t, "", "DELETED", "NONE")
	}
	c.ok(g, success)
}

// findTemplate returns the template with the id and its account.
func (c *cloudSide) findTemplate(id string) (*account, *template) {
	for _, a := range c.accounts {
		a.mu.Lock()
		i := slices.IndexFunc(a.templates, func(t *template) bool { return t.id == id })
		if i >= 0 {
			t := a.templates[i]
			a.mu.Unlock()
			return a, t
		}
		a.mu.Unlock()
	}
	return nil, nil
}

// serveTemplate answers on /{template} and /{template}/unpause.
func (c *cloudSide) serveTemplate(g *call, a *account, t *template) {
	switch {
	case g.edge == "" && g.r.Method == http.MethodGet:
		a.mu.Lock()
		all := t.fields()
		a.mu.Unlock()
		all["health_status"] = c.healthOfTemplate(a, t)
		c.pick(g, all, templateDefaults)
	case g.edge == "" && g.r.Method == http.MethodPost:
		c.editTemplate(g, a, t)
	case g.edge == "unpause" && g.r.Method == http.MethodPost:
		c.setTemplate(a, t, templatePaused, templateApproved, "NONE")
		c.ok(g, success)
	case g.edge == "":
		c.fail(g.exchange, noObject(g.r.Method, g.node))
	default:
		c.fail(g.exchange, noEdge(g.edge))
	}
}

// editTemplate changes a template, which is then reviewed again.
func (c *cloudSide) editTemplate(g *call, a *account, t *template) {
	var req templateRequest
	r := g.decodeLoose(&req)
	if r == nil && req.Components == nil && req.Category == "" {
		r = lacks("components")
	}
	if r == nil && req.Components != nil {
		r = checkComponents(req.Components, t.category)
	}
	if r == nil && req.Category != "" && !slices.Contains(templateCategories, strings.ToUpper(req.Category)) {
		r = noCategory
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	a.mu.Lock()
	if req.Components != nil {
		t.components = req.Components
	}
	before := t.category
	if req.Category != "" {
		t.category = strings.ToUpper(req.Category)
	}
	t.status = templatePending
	after := t.category
	a.mu.Unlock()
	if after != before {
		c.tell(a, "template_category_update", map[string]any{
			"message_template_id": numberKey(t.id), "message_template_name": t.name,
			"message_template_language": strings.ReplaceAll(t.language, "_", "-"), "previous_category": before, "new_category": after,
		}, time.Now())
	}
	g.account = a
	c.review(g, t)
	c.ok(g, success)
}

// setTemplate moves t to a status, from the given one if that is not empty, and
// sends the webhook that tells. A paused template comes back after a while, and
// is disabled when it was paused too often.
func (c *cloudSide) setTemplate(a *account, t *template, from, to, reason string) bool {
	a.mu.Lock()
	if from != "" && t.status != from {
		a.mu.Unlock()
		return false
	}
	var pause time.Duration
	if to == templatePaused {
		to, pause = t.pause(c.server.profile().Cloud.TemplatePauses)
	}
	t.status, t.reason = to, reason
	value := map[string]any{
		"event": to, "message_template_id": numberKey(t.id), "message_template_name": t.name,
		"message_template_language": strings.ReplaceAll(t.language, "_", "-"), "reason": reason,
		"message_template_category": t.category,
	}
	a.mu.Unlock()
	now := time.Now()
	c.tell(a, "message_template_status_update", value, now)
	if pause > 0 {
		c.server.agenda.at(now.Add(pause), taskFunc(func(time.Time) {
			c.setTemplate(a, t, templatePaused, templateApproved, "NONE")
		}))
	}
	return true
}

// pause notes that the template is paused once more, and returns its status and
// for how long. Without any pauses it stays paused.
func (t *template) pause(pauses []time.Duration) (status string, pause time.Duration) {
	t.pauses++
	switch {
	case len(pauses) == 0:
		return templatePaused, 0
	case t.pauses > len(pauses):
		return templateDisabled, 0
	}
	return templatePaused, pauses[t.pauses-1]
}
