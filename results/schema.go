package results

import _ "embed"

// SchemaJSON is the JSON Schema of run.json, for editors and for other tools
// that read or write runs.
//
//go:embed run.schema.json
var SchemaJSON []byte
