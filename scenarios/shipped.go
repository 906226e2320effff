package scenarios

import (
	"embed"
	"strings"
)

//go:embed *.yaml
var shipped embed.FS

// SchemaJSON is the JSON Schema of the scenario language, for editors.
//
//go:embed schema.json
var SchemaJSON []byte

// Shipped returns the names of the scenarios that come with bench, sorted.
func Shipped() []string {
	files, err := shipped.ReadDir(".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(file.Name(), ".yaml")
	}
	return names
}

// ShippedScenario returns the text of a shipped scenario, and whether there is
// one of that name.
func ShippedScenario(name string) ([]byte, bool) {
	text, err := shipped.ReadFile(name + ".yaml")
	return text, err == nil
}
