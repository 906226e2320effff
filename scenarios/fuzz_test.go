package scenarios_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wabench/scenarios"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(minimal))
	paths, err := filepath.Glob("testdata/mistakes/*.golden")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		src, _, _ := strings.Cut(string(text), "-----\n")
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := scenarios.Parse("fuzz.yaml", src)
		if err == nil {
			_, err = s.Resolve(environment())
		}
		if err == nil {
			return
		}
		problems, ok := errors.AsType[scenarios.Problems](err)
		if !ok || len(problems) == 0 {
			t.Fatalf("error is %T: %v", err, err)
		}
		lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(src)), "\n")
		for _, p := range problems {
			if p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > len([]rune(lines[p.Line-1]))+1 || p.File != "fuzz.yaml" {
				t.Errorf("%s:%d:%d is outside the file: %s", p.File, p.Line, p.Col, p.What)
			}
		}
	})
}
