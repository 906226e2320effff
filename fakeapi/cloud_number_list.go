package fakeapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// numberFilter is one condition of a list of numbers.
type numberFilter struct {
	Field    string `json:"field"`
	Operator string `json:"operator"`
	Value    any    `json:"value"`
}

// serveNumbers answers GET /{account}/phone_numbers, with filtering and sort.
func (c *cloudSide) serveNumbers(g *call) {
	query := g.r.URL.Query()
	var filters []numberFilter
	if text := query.Get("filtering"); text != "" && json.Unmarshal([]byte(text), &filters) != nil {
		c.fail(g.exchange, refuse(100, "Param filtering must be a list of {field, operator, value}."))
		return
	}
	list, asked := []map[string]any{}, g.fields(phoneDefaults)
	for _, n := range g.account.numbers {
		all := c.numberFields(n, g.arrived)
		fits, r := fitsAll(all, filters)
		if r == nil {
			r = lacksField(all, asked)
		}
		if r != nil {
			c.fail(g.exchange, r)
			return
		}
		if fits {
			list = append(list, picked(all, asked))
		}
	}
	if strings.HasSuffix(query.Get("sort"), "_descending") { // they are kept oldest first
		slices.Reverse(list)
	}
	c.ok(g, page(g, list, func(m map[string]any) string { return m["id"].(string) }))
}

// fitsAll reports whether a number's fields meet all conditions.
func fitsAll(all map[string]any, filters []numberFilter) (bool, *refusal) {
	fits := true
	for _, f := range filters {
		value, known := all[f.Field]
		if !known {
			return false, noField(f.Field, "WhatsAppBusinessPhoneNumber")
		}
		equal := strings.EqualFold(fmt.Sprint(value), fmt.Sprint(f.Value))
		switch f.Operator {
		case "EQUAL":
			fits = fits && equal
		case "NOT_EQUAL":
			fits = fits && !equal
		default:
			return false, refuse(100, "Param filtering takes the operators EQUAL and NOT_EQUAL.")
		}
	}
	return fits, nil
}

// lacksField refuses the first field that there is not.
func lacksField(all map[string]any, asked []string) *refusal {
	for _, name := range asked {
		if _, known := all[name]; !known {
			return noField(name, "WhatsAppBusinessPhoneNumber")
		}
	}
	return nil
}

// picked are the id and those fields that have a value.
func picked(all map[string]any, asked []string) map[string]any {
	list := map[string]any{"id": all["id"]}
	for _, name := range asked {
		if value := all[name]; value != nil {
			list[name] = value
		}
	}
	return list
}
