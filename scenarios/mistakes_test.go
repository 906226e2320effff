package scenarios_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/scenarios"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// files are what the scenarios of the tests can read.
var files = map[string]string{
	"recipients.csv":  "phone,name\n+1 555 010 0000,Ann\n15550100001,\"Bob \"\"B\"\"\"\n15550100002,Zoë\n",
	"badrows.csv":     "phone,name\n15550100000,Ann\nnobody,Bob\n",
	"arrivals.csv":    "seconds\n0\n0.5\n1.25\n",
	"backwards.csv":   "0\n2\n1\n",
	"a.jpg":           "JPEG",
	"empty.jpg":       "",
	"token.txt":       "EAAG\n",
	"empty.txt":       "\n",
	"notpem.pem":      "hello",
	"profiles/x.yaml": "name: x",
}

// environment is what the scenarios of the tests find around them.
func environment(set ...string) scenarios.Env {
	variables := map[string]string{"URL": "http://127.0.0.1:8080", "TOKEN": "EAAG", "EMPTY": "", "GRAPH": "https://graph.facebook.com/"}
	return scenarios.Env{
		Lookup: func(name string) (string, bool) {
			value, set := variables[name]
			return value, set
		},
		ReadFile: func(path string) ([]byte, error) {
			text, found := files[path]
			if !found {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(text), nil
		},
		Profile: func(name string, _ []byte) ([]whatsapp.API, error) {
			switch name {
			case "instant", "profiles/x.yaml":
				return []whatsapp.API{whatsapp.Cloud, whatsapp.OnPrem}, nil
			case "cloud-standard":
				return []whatsapp.API{whatsapp.Cloud}, nil
			}
			return nil, fmt.Errorf("there is no profile %q", name)
		},
		Set: set,
	}
}

// overrides finds the lines "# --set KEY=VALUE" of a scenario, and "# --real".
func overrides(src string) scenarios.Env {
	env := environment()
	for line := range strings.Lines(src) {
		line = strings.TrimSuffix(line, "\n")
		if set, found := strings.CutPrefix(line, "# --set "); found {
			env.Set = append(env.Set, set)
		}
		env.Real = env.Real || line == "# --real"
	}
	return env
}

// mistakes returns what parsing and resolving say of a scenario.
func mistakes(name string, src string) error {
	s, err := scenarios.Parse(name, []byte(src))
	if err != nil {
		return err
	}
	_, err = s.Resolve(overrides(src))
	return err
}

// Each file in testdata/mistakes is a scenario, a line of dashes and the exact
// text of its mistakes. Where a file is only a part, the rest is filled in.
func TestMistakes(t *testing.T) {
	paths, err := filepath.Glob("testdata/mistakes/*.golden")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d golden files: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".golden"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			src, want, found := strings.Cut(string(text), "-----\n")
			if !found {
				t.Fatal("no line of dashes")
			}
			err = mistakes("x.yaml", src)
			if problems, ok := errors.AsType[scenarios.Problems](err); !ok || len(problems) == 0 {
				t.Fatalf("no mistakes found: %v", err)
			}
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(path, []byte(src+"-----\n"+got), 0o644); err != nil {
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
