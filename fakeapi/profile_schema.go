package fakeapi

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// ProfileSchema returns the JSON Schema of profile files, for editors.
func ProfileSchema() []byte {
	schema := schemaOf(reflect.TypeFor[Profile]())
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "Profile of the fake platform"
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		panic(err) // made of maps and strings
	}
	return append(text, '\n')
}

// scalarSchemas are the types that files write as a scalar of their own form.
var scalarSchemas = map[reflect.Type]map[string]any{
	reflect.TypeFor[time.Duration](): {"type": []string{"string", "integer"}, "pattern": `^[0-9.]+[a-zµ]+([0-9.]+[a-zµ]+)*$|^0$`, "maximum": 0, "description": "a duration as 250ms, 30s or 24h"},
	reflect.TypeFor[units.Percent](): {"type": "string", "pattern": `^[0-9.]+%$`, "description": "a share as 0.1%"},
	reflect.TypeFor[units.Rate]():    {"type": "string", "pattern": `^[0-9.]+/[smh]$`, "description": "a rate as 80/s"},
	reflect.TypeFor[whatsapp.API]():  {"enum": []whatsapp.API{whatsapp.Cloud, whatsapp.OnPrem}},
	reflect.TypeFor[Trait]():         {"enum": traits},

	reflect.TypeFor[MarketingRoute](): {"enum": marketingRoutes},
	reflect.TypeFor[FlowState]():      {"enum": flowStates},
}

// schemaOf describes a type by the keys of its yaml tags.
func schemaOf(t reflect.Type) map[string]any {
	if scalar, known := scalarSchemas[t]; known {
		return scalar
	}
	switch t.Kind() {
	case reflect.Struct:
		properties := map[string]any{}
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			if name != "" && name != "-" {
				properties[name] = schemaOf(t.Field(i).Type)
			}
		}
		return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	}
	return map[string]any{"type": "string"}
}
