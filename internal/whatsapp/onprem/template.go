package onprem

import (
	"encoding/json"

	"wabench/internal/whatsapp"
)

// Template is the object of a template message. Here, unlike on the Cloud API,
// a template lives in a namespace and its language has a policy.
type Template struct {
	Namespace  string          `json:"namespace"`
	Name       string          `json:"name"`
	Language   Language        `json:"language"`
	Components json.RawMessage `json:"components,omitempty"`
}

// Language picks a translation of a template; the only policy is deterministic.
type Language struct {
	Policy string `json:"policy"`
	Code   string `json:"code"`
}

// HSM is a template message as it was written until v2.39.
type HSM struct {
	Namespace   string        `json:"namespace"`
	ElementName string        `json:"element_name"`
	Language    Language      `json:"language"`
	Parameters  []Localizable `json:"localizable_params,omitempty"`
}

// Localizable is a parameter of an HSM.
type Localizable struct {
	Default string `json:"default"`
}

// Component is the part of a template that parameters fill: header, body or
// a button. Its index is left out: this API does not ask for one.
type Component struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type,omitempty"`
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Parameter is the value of one placeholder.
type Parameter struct {
	Type string `json:"type"`
	Text string `json:"text,omitempty"`
}

func newTemplate(t whatsapp.Template) *Template {
	wire := &Template{
		Namespace:  t.Namespace,
		Name:       t.Name,
		Language:   Language{Policy: "deterministic", Code: t.Language},
		Components: t.Components,
	}
	if wire.Components == nil && len(t.Body) > 0 {
		wire.Components = bodyComponent(t.Body)
	}
	return wire
}

// bodyComponent fills a template's body in order.
func bodyComponent(values []string) json.RawMessage {
	parameters := make([]Parameter, len(values))
	for i, value := range values {
		parameters[i] = Parameter{Type: "text", Text: value}
	}
	components, err := json.Marshal([]Component{{Type: "body", Parameters: parameters}})
	if err != nil {
		panic("onprem: strings that are not JSON: " + err.Error())
	}
	return components
}
