package arch

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// village is a small policy, so that a case's tree is small too.
func village() Policy {
	return Policy{
		Module:     "wabench",
		Floors:     map[string]int{"ground": 0, "meter": 0, "wall": 1, "door": 1, "island": 1, "roof": 2, "cmd/bench": 3},
		Neighbours: map[string][]string{"door": {"wall"}},
		Alone:      map[string][]string{"island": {"ground"}},
		Libraries: map[string][]string{
			"example.com/heavy":       {"wall"},
			"example.com/heavy/light": {"door"},
			"example.com/anyone":      {Anyone},
			"example.com/tests":       nil,
		},
		PureBelow:     2,
		Impure:        []string{"meter"},
		System:        []string{"cmd/bench/env.go", "meter"},
		FunctionLines: 5,
		FileLines:     12,
		Vague:         []string{"util", "types"},
	}
}

// source is a Go file of a package with a comment and this body.
func source(name, body string) string {
	return fmt.Sprintf("// Package %s is a test's.\npackage %s\n%s", name, name, body)
}

// tree makes a file system of paths and sources, in turn.
func tree(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

// lines are violations as "file:line: text".
func lines(found []Violation) (lines []string) {
	for _, v := range found {
		first, _, _ := strings.Cut(v.String(), "\n")
		lines = append(lines, first)
	}
	return lines
}

type checkCase struct {
	name string
	tree fstest.MapFS
	want []string
}

func run(t *testing.T, cases []checkCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			found, err := Check(test.tree, village())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, lines(found)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
			for _, v := range found {
				if v.Hint == "" {
					t.Errorf("%s has no way out", v)
				}
			}
		})
	}
}

func TestImports(t *testing.T) {
	run(t, []checkCase{
		{name: "down is the way", tree: tree("roof/roof.go", source("roof", `import _ "wabench/ground"`))},
		{
			name: "up is not",
			tree: tree("ground/ground.go", source("ground", `import _ "wabench/roof"`)),
			want: []string{"ground/ground.go:3: ground (floor 0) imports roof (floor 2): imports only go down"},
		},
		{
			name: "not even in a test",
			tree: tree("ground/ground_test.go", "package ground\n"+`import _ "wabench/roof"`),
			want: []string{"ground/ground_test.go:2: ground (floor 0) imports roof (floor 2): imports only go down"},
		},
		{
			name: "neighbours are strangers",
			tree: tree("wall/wall.go", source("wall", `import _ "wabench/door"`)),
			want: []string{"wall/wall.go:3: wall imports door, its neighbour on floor 1"},
		},
		{name: "but for those that the table knows", tree: tree("door/door.go", source("door", `import _ "wabench/wall"`))},
		{name: "and in tests", tree: tree("wall/wall_test.go", "package wall_test\n"+`import (_ "wabench/door"; _ "wabench/wall")`)},
		{
			name: "who stands alone knows only a few",
			tree: tree("island/island.go", source("island", `import (_ "wabench/ground"; _ "wabench/meter")`)),
			want: []string{"island/island.go:3: island stands alone and imports meter"},
		},
		{
			name: "a package has a floor",
			tree: tree("attic/attic.go", source("attic", "")),
			want: []string{"attic/attic.go:2: package attic has no floor"},
		},
		{name: "testdata is not code", tree: tree("ground/testdata/x.go", "package x", "vendor/x/x.go", "package x", ".cache/x.go", "package x")},
	})
}

func TestLibraries(t *testing.T) {
	run(t, []checkCase{
		{name: "the importer", tree: tree("wall/wall.go", source("wall", `import _ "example.com/heavy/part"`))},
		{
			name: "another",
			tree: tree("roof/roof.go", source("roof", `import _ "example.com/heavy/part"`)),
			want: []string{"roof/roof.go:3: example.com/heavy is wrapped by wall, and roof imports it"},
		},
		{name: "another's test", tree: tree("roof/roof_test.go", "package roof\n"+`import _ "example.com/heavy"`)},
		{
			name: "the longest row counts",
			tree: tree("wall/wall.go", source("wall", `import _ "example.com/heavy/light"`)),
			want: []string{"wall/wall.go:3: example.com/heavy/light is wrapped by door, and wall imports it"},
		},
		{
			name: "a path that only begins like a row",
			tree: tree("wall/wall.go", source("wall", `import _ "example.com/heavyweight"`)),
			want: []string{"wall/wall.go:3: library example.com/heavyweight is not in the table"},
		},
		{name: "one for all", tree: tree("roof/roof.go", source("roof", `import _ "example.com/anyone/x"`))},
		{
			name: "one for tests",
			tree: tree("roof/roof.go", source("roof", `import _ "example.com/tests"`), "roof/roof_test.go", "package roof\n"+`import _ "example.com/tests"`),
			want: []string{"roof/roof.go:3: example.com/tests is for tests alone, and roof imports it"},
		},
	})
}

func TestSystem(t *testing.T) {
	run(t, []checkCase{
		{name: "its file", tree: tree("cmd/bench/env.go", source("main", `import _ "os"`))},
		{
			name: "another file of the same package",
			tree: tree("cmd/bench/run.go", source("main", `import _ "os/signal"`)),
			want: []string{"cmd/bench/run.go:3: cmd/bench/run.go imports os/signal"},
		},
		{name: "a package that reads the machine", tree: tree("meter/meter.go", source("meter", `import _ "os"`))},
		{name: "a test", tree: tree("roof/roof_test.go", "package roof\n"+`import _ "os"`)},
	})
}

func TestPurity(t *testing.T) {
	const clock = `import "time"
var at = time.Now()`
	run(t, []checkCase{
		{
			name: "a clock", tree: tree("ground/ground.go", source("ground", clock)),
			want: []string{"ground/ground.go:4: ground (floor 0, pure) uses time.Now"},
		},
		{
			name: "a clock by another name",
			tree: tree("ground/ground.go", source("ground", "import clock \"time\"\nvar at = clock.Now()")),
			want: []string{"ground/ground.go:4: ground (floor 0, pure) uses time.Now"},
		},
		{name: "a clock higher up", tree: tree("roof/roof.go", source("roof", clock))},
		{name: "a clock in a test", tree: tree("ground/ground_test.go", "package ground\n"+clock)},
		{name: "a clock where the machine is read", tree: tree("meter/meter.go", source("meter", clock))},
		{name: "time as a value", tree: tree("wall/wall.go", source("wall", "import \"time\"\nvar d = time.Second"))},
		{
			name: "a goroutine", tree: tree("wall/wall.go", source("wall", "func f() { go f() }")),
			want: []string{"wall/wall.go:3: wall (floor 1, pure) starts a goroutine"},
		},
		{
			name: "the network",
			tree: tree("wall/wall.go", source("wall", "import (\"net\"; \"net/http\")\nvar _ net.Conn\nvar _, _ = http.Get(\"\")")),
			want: []string{
				"wall/wall.go:3: wall (floor 1, pure) imports net",
				"wall/wall.go:5: wall (floor 1, pure) uses net/http.Get",
			},
		},
		{name: "HTTP as values", tree: tree("wall/wall.go", source("wall", "import \"net/http\"\nvar _ http.Header"))},
		{
			name: "dice that cannot be thrown again",
			tree: tree("roof/roof.go", source("roof", "import \"math/rand/v2\"\nvar n, m = rand.IntN(6), rand.New(rand.NewPCG(1, 2))")),
			want: []string{"roof/roof.go:4: rand.IntN cannot be repeated"},
		},
		{
			name: "old dice",
			tree: tree("roof/roof.go", source("roof", "import _ \"math/rand\"")),
			want: []string{"roof/roof.go:3: math/rand cannot be seeded by (seed, n)"},
		},
	})
}

func TestShape(t *testing.T) {
	run(t, []checkCase{
		{
			name: "vague names",
			tree: tree("wall/util.go", source("wall", ""), "wall/types_test.go", "package wall"),
			want: []string{"wall/types_test.go:1: file wall/types_test.go is named by nothing it holds", "wall/util.go:2: file wall/util.go is named by nothing it holds"},
		},
		{
			name: "a vague package",
			tree: tree("wall/util/x.go", source("util", "")),
			want: []string{"wall/util/x.go:2: package wall/util has no floor", "wall/util/x.go:2: package wall/util is named by nothing it holds"},
		},
		{
			name: "what runs unasked",
			tree: tree("wall/wall.go", source("wall", "func init() {}\ntype t int\nfunc (t) init() {}")),
			want: []string{"wall/wall.go:3: init runs unasked"},
		},
		{name: "a function of five lines", tree: tree("wall/wall.go", source("wall", "func f() {\n\n\n\n}"))},
		{
			name: "a function of six",
			tree: tree("wall/wall.go", source("wall", "func f() {\n\n\n\n\n}")),
			want: []string{"wall/wall.go:3: f has 6 lines, over 5"},
		},
		{
			name: "a long file",
			tree: tree("wall/wall.go", source("wall", strings.Repeat("\n", 10)+"var x int")),
			want: []string{"wall/wall.go:2: wall/wall.go has 13 lines, over 12"},
		},
		{name: "a long test", tree: tree("wall/wall_test.go", "package wall\nfunc f() {"+strings.Repeat("\n", 20)+"}")},
	})
}

func TestDocs(t *testing.T) {
	run(t, []checkCase{
		{
			name: "everything exported",
			tree: tree("wall/wall.go", source("wall", "func F() {}\ntype T struct{}\nfunc (*T) M() {}\nconst C = 1\nvar V int")),
			want: []string{
				"wall/wall.go:3: F has no doc comment", "wall/wall.go:4: T has no doc comment", "wall/wall.go:5: M has no doc comment",
				"wall/wall.go:6: C has no doc comment", "wall/wall.go:7: V has no doc comment",
			},
		},
		{name: "nothing else", tree: tree("wall/wall.go", source("wall", "func f() {}\ntype t[T any] struct{}\nfunc (t[T]) M() {}\nconst c = 1"))},
		{
			name: "a generic type's method",
			tree: tree("wall/wall.go", source("wall", "// T is one.\ntype T[E any] struct{}\nfunc (T[E]) M() {}")),
			want: []string{"wall/wall.go:5: M has no doc comment"},
		},
		{name: "a comment above a group stands for all", tree: tree("wall/wall.go", source("wall", "// The two.\nconst (\nA = 1\nB = 2\n)"))},
		{
			name: "but not for types",
			tree: tree("wall/wall.go", source("wall", "// The two.\ntype (\n// A is one.\nA int\nB int\n)")),
			want: []string{"wall/wall.go:7: B has no doc comment"},
		},
		{
			name: "a group's members may each have their own",
			tree: tree("wall/wall.go", source("wall", "var (\n// A is one.\nA int\nB int // another\nC int\n)")),
			want: []string{"wall/wall.go:7: C has no doc comment"},
		},
		{
			name: "the package",
			tree: tree("wall/wall.go", "package wall", "wall/door.go", "package wall", "roof/a.go", "package roof", "roof/b.go", source("roof", ""), "door/door_test.go", "package door"),
			want: []string{"wall/door.go:1: package wall has no doc comment"},
		},
	})
}

func TestWords(t *testing.T) {
	run(t, []checkCase{
		{
			name: "promises",
			tree: tree("wall/wall.go", source("wall", "// TODO: more.\n/* FIXME */")),
			want: []string{"wall/wall.go:3: TODO in a comment", "wall/wall.go:4: FIXME in a comment"},
		},
		{
			name: "a machine's paths",
			tree: tree("wall/wall_test.go", "package wall\n// see "+"/"+"home/ann/notes\nvar p, q = `"+"/"+"tmp/x`, \"file://"+"/"+"work/x\""),
			want: []string{"wall/wall_test.go:2: a machine's path in a comment", "wall/wall_test.go:3: a machine's path in a string", "wall/wall_test.go:3: a machine's path in a string"},
		},
		{name: "other paths", tree: tree("wall/wall.go", source("wall", "// a/work/b, https://example.com/home/page, </tmp>\nvar p = \"/v1/messages\""))},
	})
}

func TestTests(t *testing.T) {
	const idle = "package wall\nimport (\"testing\"; \"time\")\nfunc TestX(t *testing.T) {\ntime.Sleep(1)\nt.Skip()\n}"
	run(t, []checkCase{
		{
			name: "idle ones", tree: tree("roof/roof_test.go", strings.Replace(idle, "wall", "roof", 1)),
			want: []string{"roof/roof_test.go:4: a test that sleeps", "roof/roof_test.go:5: a test that leaves itself out"},
		},
		{name: "code that sleeps is not a test", tree: tree("roof/roof.go", source("roof", "import \"time\"\nfunc f() { time.Sleep(1) }"))},
	})
}

func TestCheckSaysWhatItCannotRead(t *testing.T) {
	_, err := Check(tree("wall/wall.go", "package"), village())
	if err == nil || !strings.Contains(err.Error(), "wall/wall.go:1") {
		t.Errorf("error = %v, want one that names the place", err)
	}
}
