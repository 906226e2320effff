package reports

import (
	"strconv"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
	"wabench/internal/whatsapp/onprem"
)

// codeTitle is what a platform's documentation calls a code, empty if it does
// not know it.
func codeTitle(api, code string) string {
	n, err := strconv.Atoi(code)
	if err != nil {
		return ""
	}
	switch whatsapp.API(api) {
	case whatsapp.Cloud:
		if known, ok := cloud.Lookup(n); ok {
			return known.Title
		}
	case whatsapp.OnPrem:
		if known, ok := onprem.KindOf(n); ok {
			return known.Title
		}
	}
	return ""
}
