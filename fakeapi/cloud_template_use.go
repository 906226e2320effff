package fakeapi

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wabench/internal/whatsapp/cloud"
)

// categoryService is the category of messages within the service window.
const categoryService = "service"

// category is what the message is priced as: a template's own, or utility for
// one that nobody created.
func (c *cloudSide) category(g *call, p *cloud.Payload) string {
	if p.Template == nil {
		return categoryService
	}
	a := g.number.account
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.template(p.Template.Name, p.Template.Language.Code); t != nil {
		return strings.ToLower(t.category)
	}
	return categoryUtility
}

// isNew reports whether the template was created less than so long ago.
func (c *cloudSide) isNew(g *call, p *cloud.TemplatePayload, within time.Duration) bool {
	a := g.number.account
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.template(p.Name, p.Language.Code)
	return t != nil && g.arrived.Sub(t.created) < within
}

// template returns the template of a name and a language, nil if there is none.
// The caller holds the lock.
func (a *account) template(name, language string) *template {
	for _, t := range a.templates {
		if t.name == name && t.language == language {
			return t
		}
	}
	return nil
}

// checkTemplate checks the use of a template. Outside strict profiles one that
// nobody created will do.
func (c *cloudSide) checkTemplate(g *call, p *cloud.TemplatePayload) *refusal {
	switch {
	case p == nil:
		return lacks("template")
	case p.Name == "":
		return lacks("template['name']")
	case p.Language.Code == "":
		return lacks("template['language']['code']")
	case p.Language.Policy != "" && p.Language.Policy != "deterministic":
		return wrong("template['language']['policy']", "must be deterministic")
	}
	a := g.number.account
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.template(p.Name, p.Language.Code)
	if t != nil {
		return t.use(p)
	}
	if c.server.profile().Cloud.Strict {
		return refuse(132001, "template name ("+quoted(p.Name)+") does not exist in "+quoted(p.Language.Code))
	}
	return nil
}

// use checks whether t can be sent with the parameters of p.
func (t *template) use(p *cloud.TemplatePayload) *refusal {
	switch t.status {
	case templateApproved:
	case templatePaused:
		return refuse(132015, "The template is paused because of its quality.")
	case templateDisabled:
		return refuse(132016, "The template is disabled.")
	default:
		return refuse(132001, "template name ("+quoted(t.name)+") has not been approved in "+quoted(t.language))
	}
	return firstRefusal(t.useHeader(given(p, "header")), t.useBody(given(p, "body")), t.useButtons(p))
}

// given returns the parameters of p for the component of the type.
func given(p *cloud.TemplatePayload, kind string) []cloud.ParameterPayload {
	for _, part := range p.Components {
		if strings.EqualFold(part.Type, kind) {
			return part.Parameters
		}
	}
	return nil
}

func (t *template) useHeader(parameters []cloud.ParameterPayload) *refusal {
	header := t.part("HEADER")
	want := 0
	kind := "text"
	if header != nil && !strings.EqualFold(header.Format, "TEXT") {
		want, kind = 1, strings.ToLower(header.Format)
	} else if header != nil {
		want = len(placeholders(header.Text))
	}
	if len(parameters) != want {
		return miscounted("header", len(parameters), want)
	}
	if want == 1 && parameters[0].Type != kind {
		return refuse(132012, "header: Format mismatch, expected "+strings.ToUpper(kind)+", received "+strings.ToUpper(quoted(parameters[0].Type)))
	}
	return nil
}

func miscounted(part string, got, want int) *refusal {
	return refuse(132000, part+": number of localizable_params ("+strconv.Itoa(got)+
		") does not match the expected number of params ("+strconv.Itoa(want)+")")
}

// useBody checks the parameters of the body and the text that they make.
func (t *template) useBody(parameters []cloud.ParameterPayload) *refusal {
	body := t.part("BODY")
	names := placeholders(body.Text)
	if body.Text == "" { // an authentication template has the code in the platform's own text
		names = []string{"1"}
	}
	if len(parameters) != len(names) {
		return miscounted("body", len(parameters), len(names))
	}
	length := utf8.RuneCountInString(body.Text)
	for _, parameter := range parameters {
		text, r := t.parameterText(parameter, names)
		if r != nil {
			return r
		}
		length += utf8.RuneCountInString(text)
	}
	if length > longestTemplateBody {
		return refuse(132005, "The translated text has more than 1024 characters.")
	}
	return nil
}

// parameterText is what a parameter of the body becomes.
func (t *template) parameterText(p cloud.ParameterPayload, names []string) (string, *refusal) {
	switch {
	case p.Type == "currency" && p.Currency != nil:
		return p.Currency.FallbackValue, nil
	case p.Type == "date_time" && p.DateTime != nil:
		return "", nil
	case p.Type != "text":
		return "", refuse(132012, "body: Format mismatch, expected TEXT, received "+strings.ToUpper(quoted(p.Type)))
	case p.Text == nil || *p.Text == "":
		return "", refuse(131008, "Parameter of type text is missing text value.")
	case strings.ContainsAny(*p.Text, "\n\t") || strings.Contains(*p.Text, "     "):
		return "", refuse(132007, "A parameter can have no new lines, no tabs and no more than 4 spaces in a row.")
	}
	if t.format != "NAMED" {
		return *p.Text, nil
	}
	for _, name := range names {
		if name == p.ParameterName {
			return *p.Text, nil
		}
	}
	return "", refuse(132012, "body: there is no parameter of the name "+quoted(p.ParameterName))
}

// useButtons wants a parameter for every button that has something to fill in,
// and none for buttons that the template does not have.
func (t *template) useButtons(p *cloud.TemplatePayload) *refusal {
	var buttons []templateButton
	if part := t.part("BUTTONS"); part != nil {
		buttons = part.Buttons
	}
	filled := make([]bool, len(buttons))
	for _, part := range p.Components {
		if !strings.EqualFold(part.Type, "button") {
			continue
		}
		i, r := t.buttonOf(part, len(buttons))
		if r == nil {
			r = buttons[i].fill(part)
		}
		if r != nil {
			return r
		}
		filled[i] = true
	}
	for i, button := range buttons {
		if button.wants() && !filled[i] {
			return refuse(131008, "Button at index "+strconv.Itoa(i)+" of type "+quoted(button.Type)+" requires a parameter")
		}
	}
	return nil
}

// buttonOf is the index of the button that a component fills. Here it has to be
// named; On-Premises does without.
func (t *template) buttonOf(part cloud.ComponentPayload, buttons int) (int, *refusal) {
	if part.Index == "" {
		return 0, lacks("template['components']['index']")
	}
	i, err := strconv.Atoi(string(part.Index))
	if err != nil || i < 0 || i >= buttons {
		return 0, refuse(132018, "The template has no button at index "+quoted(string(part.Index)))
	}
	return i, nil
}

// wants reports whether messages have to fill something into the button.
func (b templateButton) wants() bool {
	return strings.EqualFold(b.Type, "URL") && len(placeholders(b.URL)) > 0 || strings.EqualFold(b.Type, "COPY_CODE") ||
		strings.EqualFold(b.Type, "OTP")
}

// buttonKinds are what messages call the types of a template's buttons.
var buttonKinds = map[string]string{
	"quick_reply": "QUICK_REPLY", "url": "URL", "copy_code": "COPY_CODE", "flow": "FLOW", "catalog": "CATALOG", "mpm": "MPM",
	"spm": "SPM", "voice_call": "VOICE_CALL", "phone_number": "PHONE_NUMBER",
}

// fill checks what a message fills into the button. A button with a one-time
// code is filled like an address.
func (b templateButton) fill(part cloud.ComponentPayload) *refusal {
	kind := buttonKinds[strings.ToLower(part.SubType)]
	switch {
	case kind == "":
		return wrong("template['components']['sub_type']", "is not a kind of button")
	case !strings.EqualFold(kind, b.Type) && !(kind == "URL" && strings.EqualFold(b.Type, "OTP")):
		return refuse(132012, "button: Format mismatch, expected "+quoted(b.Type)+", received "+kind)
	case kind == "URL" && len(part.Parameters) != 1:
		return miscounted("button", len(part.Parameters), 1)
	case kind == "COPY_CODE" && (len(part.Parameters) != 1 || part.Parameters[0].CouponCode == ""):
		return refuse(131008, "A button that copies a code requires a coupon_code")
	case kind == "COPY_CODE" && len(part.Parameters[0].CouponCode) > longestCoupon:
		return tooLong("coupon_code", longestCoupon)
	case kind == "URL" && part.Parameters[0].Text != nil && strings.TrimSpace(*part.Parameters[0].Text) != *part.Parameters[0].Text:
		return wrong("template['components']['parameters']['text']", "of a button must not begin or end with a space")
	}
	return nil
}

// longestCoupon is how long a code to copy may be.
const longestCoupon = 15
