package fakeapi

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of D:templates/overview and components.
const (
	longestTemplateHeader = 60
	longestTemplateName   = 512
	longestTemplateBody   = 1024
	longestTemplateFooter = 60
	longestTemplateButton = 25
	mostTemplateButtons   = 10
	mostURLButtons        = 2
)

// templateName leaves the length to others: a repetition is compiled into as many
// copies, when the process begins.
var templateName = regexp.MustCompile(`^[a-z0-9_]+$`)

var templateCategories = []string{"AUTHENTICATION", "MARKETING", "UTILITY"}

// noCategory is the refusal of a category that there is not.
var noCategory = refuse(100, "Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}.")

// templateRequest is the body that creates or edits a template.
type templateRequest struct {
	Name       string              `json:"name"`
	Language   string              `json:"language"`
	Category   string              `json:"category"`
	Format     string              `json:"parameter_format"`
	Components []templateComponent `json:"components"`
	TTL        int                 `json:"message_send_ttl_seconds"`
}

// createTemplate answers POST /{account}/message_templates.
func (c *cloudSide) createTemplate(g *call) {
	var req templateRequest
	r := g.decodeLoose(&req)
	if r == nil {
		r = firstRefusal(req.checkNames(), checkComponents(req.Components, req.Category))
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	t := &template{
		name: req.Name, language: req.Language, category: strings.ToUpper(req.Category), format: strings.ToUpper(req.Format),
		status: templatePending, reason: "NONE", quality: "UNKNOWN", components: req.Components, created: g.arrived,
		ttl: time.Duration(req.TTL) * time.Second,
	}
	if t.format == "" {
		t.format = "POSITIONAL"
	}
	if r := c.keepTemplate(g.account, t); r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.review(g, t)
	c.ok(g, map[string]string{"id": t.id, "status": templatePending, "category": t.category})
}

func (r templateRequest) checkNames() *refusal {
	switch {
	case r.Name == "":
		return lacks("name")
	case len(r.Name) > longestTemplateName, !templateName.MatchString(r.Name):
		return refuse(100, "A template's name has up to 512 lower-case letters, digits and underscores.")
	case r.Language == "":
		return lacks("language")
	case !slices.Contains(templateCategories, strings.ToUpper(r.Category)):
		return noCategory
	case r.TTL < 0 || time.Duration(r.TTL) > messageTTL/time.Second:
		return refuse(100, "Param message_send_ttl_seconds must be between 0 and 2592000.")
	case r.Format != "" && !slices.Contains([]string{"NAMED", "POSITIONAL"}, strings.ToUpper(r.Format)):
		return refuse(100, "Param parameter_format must be one of {NAMED, POSITIONAL}.")
	}
	return nil
}

// keepTemplate names t and keeps it, within the account's limits.
func (c *cloudSide) keepTemplate(a *account, t *template) *refusal {
	rules := c.server.profile().Cloud
	limit := rules.TemplateCreations
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, other := range a.templates {
		if other.name == t.name && other.language == t.language {
			return &refusal{code: 100, subcode: 2388024, details: "There is already content in this language for the template " + t.name + "."}
		}
	}
	if len(a.templates) >= rules.Templates {
		return refuse(2388019, "The account has as many templates as it may have.")
	}
	if limit > 0 {
		a.creations.resize(limit)
		if !a.creations.allow(t.created.Sub(c.server.start), hour) {
			return refuse(80007, "The account may create no more than "+strconv.Itoa(limit)+" templates an hour.")
		}
	}
	t.id = c.objectID()
	a.templates = append(a.templates, t)
	return nil
}

// review has t approved after a while, or rejected if the client asked for it.
func (c *cloudSide) review(g *call, t *template) {
	rules, a, verdict := c.server.profile().Cloud, g.account, templateApproved
	if g.forced.outcome == "rejected" {
		verdict = templateRejected
	}
	wait := rules.TemplateReview.At(uniform(c.server.seed, g.n, drawReview))
	c.server.agenda.at(g.due.Add(wait), taskFunc(func(time.Time) {
		reason := "NONE"
		if verdict == templateRejected {
			reason = "INVALID_FORMAT"
		}
		c.setTemplate(a, t, templatePending, verdict, reason)
	}))
}

// checkComponents checks the parts of a template.
func checkComponents(parts []templateComponent, category string) *refusal {
	body := false
	for _, part := range parts {
		var r *refusal
		switch strings.ToUpper(part.Type) {
		case "HEADER":
			r = checkTemplateHeader(part)
		case "BODY":
			body = true
			r = checkTemplateBody(part, category)
		case "FOOTER":
			r = checkTemplateFooter(part)
		case "BUTTONS":
			r = checkTemplateButtons(part.Buttons)
		case "CAROUSEL", "LIMITED_TIME_OFFER":
		default:
			r = refuse(100, "A component of the type "+quoted(part.Type)+" is not supported.")
		}
		if r != nil {
			return r
		}
	}
	if !body {
		return lacks("components with a BODY")
	}
	return nil
}

func checkTemplateHeader(part templateComponent) *refusal {
	switch strings.ToUpper(part.Format) {
	case "TEXT":
		switch {
		case part.Text == "":
			return refuse(2388039, "A text header needs a text.")
		case utf8.RuneCountInString(part.Text) > longestTemplateHeader:
			return refuse(2388040, "The header has more than 60 characters.")
		case len(placeholders(part.Text)) > 1:
			return refuse(2388047, "The header can have one variable.")
		case strings.ContainsAny(part.Text, "\n*_~`"):
			return refuse(2388047, "The header can have no new lines and no formatting.")
		}
		return nil
	case "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "GIF", "PRODUCT":
		return nil
	}
	return refuse(2388047, "A header has the format TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.")
}

func checkTemplateBody(part templateComponent, category string) *refusal {
	text := strings.TrimSpace(part.Text)
	switch {
	case text == "" && strings.EqualFold(category, "AUTHENTICATION"):
		return nil
	case text == "":
		return refuse(2388072, "The body needs a text.")
	case utf8.RuneCountInString(text) > longestTemplateBody:
		return refuse(2388040, "The body has more than 1024 characters.")
	case strings.Count(text, "{{") != strings.Count(text, "}}"):
		return refuse(2388072, "A variable in the body is not closed.")
	case strings.HasPrefix(text, "{{") || strings.HasSuffix(text, "}}"):
		return refuse(2388299, "The body can neither begin nor end with a variable.")
	case 2*len(placeholders(text)) >= len(strings.Fields(text)):
		return refuse(2388293, "The body has too many variables for its length.")
	}
	return nil
}

func checkTemplateFooter(part templateComponent) *refusal {
	switch {
	case len(placeholders(part.Text)) > 0:
		return refuse(2388073, "The footer can have no variables.")
	case utf8.RuneCountInString(part.Text) > longestTemplateFooter:
		return refuse(2388040, "The footer has more than 60 characters.")
	}
	return nil
}

func checkTemplateButtons(buttons []templateButton) *refusal {
	count := map[string]int{}
	for _, b := range buttons {
		count[strings.ToUpper(b.Type)]++
		if utf8.RuneCountInString(b.Text) > longestTemplateButton {
			return refuse(2388040, "A button's label has more than 25 characters.")
		}
	}
	if len(buttons) == 0 || len(buttons) > mostTemplateButtons || count["URL"] > mostURLButtons || count["PHONE_NUMBER"] > 1 || count["COPY_CODE"] > 1 {
		return refuse(100, "A template has up to 10 buttons, of which up to 2 addresses, 1 phone number and 1 code to copy.")
	}
	return nil
}
