package arch

import (
	"go/ast"
	"slices"
)

// impureCalls are the uses of a library that read a clock, wait or talk to
// the world. The rest of these libraries is values.
var impureCalls = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"net/http": {
		"Get", "Post", "PostForm", "Head", "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS",
		"Client", "Transport", "Server", "DefaultClient", "DefaultTransport",
	},
}

// impureLibraries are those that are nothing but the world.
var impureLibraries = []string{"net", "os", "os/exec", "os/signal", "os/user", "syscall", "golang.org/x/sys/unix"}

const pureHint = "pass the value in from above; what stands this low is trusted because it only computes"

// checkPurity checks that the lowest floors have no clocks, no I/O and no
// goroutines.
func checkPurity(f *file, policy Policy) (found []Violation) {
	floor, known := policy.Floors[f.dir]
	if !known || floor >= policy.PureBelow || f.test || slices.Contains(policy.Impure, f.dir) {
		return nil
	}
	for _, library := range impureLibraries {
		if spec, imported := f.imports()[library]; imported {
			found = append(found, f.at(spec.Pos(), pureHint, "%s (floor %d, pure) imports %s", f.dir, floor, library))
		}
	}
	for _, library := range []string{"time", "net/http"} {
		for _, use := range f.uses(library, oneOf(impureCalls[library]...)) {
			found = append(found, f.at(use.Pos(), pureHint, "%s (floor %d, pure) uses %s.%s", f.dir, floor, library, use.Sel.Name))
		}
	}
	ast.Inspect(f.syntax, func(node ast.Node) bool {
		if start, ok := node.(*ast.GoStmt); ok {
			found = append(found, f.at(start.Pos(), pureHint, "%s (floor %d, pure) starts a goroutine", f.dir, floor))
		}
		return true
	})
	return found
}

// checkRandomness checks that all randomness is drawn from a seeded generator:
// the libraries' own functions cannot be repeated.
func checkRandomness(f *file, _ Policy) (found []Violation) {
	if spec, imported := f.imports()["math/rand"]; imported {
		found = append(found, f.at(spec.Pos(), "use math/rand/v2", "math/rand cannot be seeded by (seed, n)"))
	}
	seeded := oneOf("New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "PCG", "ChaCha8", "Zipf", "Source")
	for _, use := range f.uses("math/rand/v2", func(name string) bool { return !seeded(name) }) {
		found = append(found, f.at(use.Pos(), "draw from rand.New(rand.NewPCG(seed, n)), so that shards and replays agree",
			"rand.%s cannot be repeated", use.Sel.Name))
	}
	return found
}
