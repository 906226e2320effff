package fakeapi

import "wabench/internal/whatsapp/cloud"

// categoryService is the category of messages within the service window.
const categoryService = "service"

// category is what the message is priced as.
func (c *cloudSide) category(g *call, p *cloud.Payload) string {
	if p.Template == nil {
		return categoryService
	}
	return "utility"
}

// checkTemplate checks the use of a template.
func (c *cloudSide) checkTemplate(g *call, t *cloud.TemplatePayload) *refusal {
	switch {
	case t == nil:
		return lacks("template")
	case t.Name == "":
		return lacks("template['name']")
	case t.Language.Code == "":
		return lacks("template['language']['code']")
	case t.Language.Policy != "" && t.Language.Policy != "deterministic":
		return wrong("template['language']['policy']", "must be deterministic")
	}
	return nil
}
