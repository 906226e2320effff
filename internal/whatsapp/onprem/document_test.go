package onprem

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documented is a testdata file: JSON written from the documentation's field
// tables, not from the types of this package, so that driver and fake cannot
// agree on a mistake.
type documented struct {
	Source  string          `json:"source"`
	Method  string          `json:"method"`
	Path    string          `json:"path"`
	Op      string          `json:"op"`
	Status  int             `json:"status"`
	Body    json.RawMessage `json:"body"`
	Outcome struct {
		Class     string `json:"class"`
		Status    int    `json:"status"`
		Code      int    `json:"code"`
		MessageID string `json:"message_id"`
		Detail    string `json:"detail"`
	} `json:"outcome"`
}

func readDocumented(t *testing.T, path string) documented {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var d documented
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if d.Source == "" {
		t.Errorf("%s names no source", path)
	}
	return d
}

// everyDocumented runs a test for each file of testdata that matches.
func everyDocumented(t *testing.T, pattern string, run func(*testing.T, documented)) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no testdata %s: %v", pattern, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			run(t, readDocumented(t, path))
		})
	}
}

// diffJSON compares two texts as JSON values.
func diffJSON(t *testing.T, want, got []byte) string {
	t.Helper()
	return cmp.Diff(parsed(t, want), parsed(t, got))
}

func parsed(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

// diffRoundTrip reads a body into v and says what is lost in writing it again.
func diffRoundTrip(t *testing.T, body []byte, v any) string {
	t.Helper()
	if err := json.Unmarshal(body, v); err != nil {
		t.Fatalf("read %s: %v", body, err)
	}
	again, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return diffJSON(t, body, again)
}
