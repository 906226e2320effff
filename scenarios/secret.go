package scenarios

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"wabench/internal/strictyaml"
)

// Secret is a token or password by reference: the name of an environment
// variable, or a file. It never holds the secret itself, so it can be printed
// and stored; only Reveal returns the value.
type Secret struct {
	// Env names an environment variable, File a file; one of them is set.
	Env  string `json:"env,omitempty"`
	File string `json:"file,omitempty"`
}

// String returns the reference as scenarios write it.
func (s Secret) String() string {
	if s.File != "" {
		return fmt.Sprintf("{file: %s}", s.File)
	}
	return "${" + s.Env + "}"
}

// GoString returns the reference.
func (s Secret) GoString() string { return s.String() }

// Reveal returns the secret's value. The error says what is missing and not
// what is there.
func (s Secret) Reveal(env Env) (string, error) {
	if s.File != "" {
		text, err := env.readFile(s.File)
		if err != nil {
			return "", fmt.Errorf("secret: %w", err)
		}
		if value := strings.TrimSpace(string(text)); value != "" {
			return value, nil
		}
		return "", fmt.Errorf("secret file %s is empty", s.File)
	}
	value, set := env.lookup(s.Env)
	switch {
	case !set:
		return "", fmt.Errorf("environment variable %s is not set", s.Env)
	case strings.TrimSpace(value) == "":
		return "", fmt.Errorf("environment variable %s is empty", s.Env)
	}
	return value, nil
}

// reference matches ${NAME}.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// UnmarshalNode reads ${NAME} or {file: PATH}. Anything else is taken for a
// literal secret, which is kept out of every message.
func (s *Secret) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Kind == strictyaml.Map {
		var by struct {
			File string `yaml:"file,required"`
		}
		d.Decode(n, &by)
		s.File = by.File
		return
	}
	if match := reference.FindStringSubmatch(n.Value); match != nil && match[0] == n.Value {
		s.Env = match[1]
		return
	}
	for _, text := range n.Texts() {
		n.Pos.Source.Hide(text)
	}
	example := strings.ToUpper(strings.ReplaceAll(n.Name, "-", "_"))
	d.Problem(n.Pos, fmt.Sprintf("write ${%s} and set that environment variable, or {file: PATH}", example),
		"%s must not stand in the scenario itself", n.Name)
}

// secretJSON is how a secret stands in a plan.
type secretJSON Secret

// MarshalJSON writes the reference.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(secretJSON(s)) }

// UnmarshalJSON reads a reference.
func (s *Secret) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, (*secretJSON)(s)) }
