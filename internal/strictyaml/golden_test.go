package strictyaml_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/strictyaml"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Each file in testdata is a document, a line of dashes and the exact text of
// its mistakes.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src, want, found := strings.Cut(string(text), "\n-----\n")
			if !found {
				t.Fatal("no line of dashes")
			}
			var into shape
			got := ""
			if err := strictyaml.Decode("shape.yaml", []byte(src+"\n"), &into); err != nil {
				got = err.Error() + "\n"
			}
			if *update {
				if err := os.WriteFile(file, []byte(src+"\n-----\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}
