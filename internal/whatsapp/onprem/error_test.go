package onprem

import (
	"slices"
	"testing"
)

func TestKindsAreAscendingAndTitled(t *testing.T) {
	all := Kinds()
	if !slices.IsSortedFunc(all, func(x, y Kind) int { return x.Code - y.Code }) {
		t.Fatal("the table is not ascending; KindOf searches it")
	}
	for i, kind := range all {
		if kind.Title == "" || i > 0 && all[i-1].Code == kind.Code {
			t.Errorf("code %d has no title or stands twice", kind.Code)
		}
		if got, found := KindOf(kind.Code); !found || got != kind {
			t.Errorf("KindOf(%d) = %v, %v", kind.Code, got, found)
		}
	}
}

// The statuses that the documentation or clients' tests give.
func TestDocumentedStatuses(t *testing.T) {
	for code, want := range map[int]int{1006: 404, 1015: 429, 1016: 503, 1008: 400, 9999: 400, 470: 400} {
		if got := NewError(code, "").Status(); got != want {
			t.Errorf("code %d: HTTP %d, want %d", code, got, want)
		}
	}
}

func TestErrorText(t *testing.T) {
	for want, e := range map[string]Error{
		"Resource not found: unknown contact": NewError(CodeNotFound, "unknown contact"),
		"Too many requests":                   NewError(CodeTooManyRequests, ""),
		"details alone":                       {Code: 9999, Details: "details alone"},
	} {
		if e.Error() != want {
			t.Errorf("got %q, want %q", e.Error(), want)
		}
	}
}
