// Package arch holds the house's rules and checks a source tree against them:
// which package may import which, which libraries may be used where, and what
// no file may contain. Its test runs them over this module.
//
// The tables in House are a statement of policy. When a check fails, change
// the code; change a table only together with a record in docs/decisions.
package arch

// Policy is what a tree is checked against. Packages are named by their path
// inside the module.
type Policy struct {
	Module string
	// Floors gives every package its floor: imports only go to lower ones.
	Floors map[string]int
	// Neighbours are the packages of its own floor that a package may import.
	Neighbours map[string][]string
	// Alone names the packages that may import nothing of ours but these.
	Alone map[string][]string
	// Libraries gives every foreign module or package, by the longest path
	// that matches, its importers: Anyone, packages of ours, or none for tests
	// alone. Tests may import them all.
	Libraries map[string][]string
	// PureBelow is the first floor that may read clocks, do I/O and start
	// goroutines; Impure are the packages below it that may do so too.
	PureBelow int
	Impure    []string
	// System are the files, or packages, that may import os.
	System []string
	// FunctionLines and FileLines are the most that a function and a file may
	// have. Tests may have more: their tables are data.
	FunctionLines, FileLines int
	// Vague are names that say nothing, of packages and files alike.
	Vague []string
}

// Anyone among a library's importers lets every package import it.
const Anyone = "*"

// House returns the policy of this module.
func House() Policy {
	return Policy{
		Module:     "wabench",
		Floors:     floors(),
		Neighbours: neighbours(),
		Alone:      alone(),
		Libraries:  libraries(),
		PureBelow:  2,
		Impure: []string{
			"internal/alarm",   // is a clock
			"internal/machine", // reads this machine's figures
		},
		System: []string{
			"cmd/bench/env.go", "cmd/bench/disk.go", "cmd/bench/reserve.go", "cmd/bench/main.go", "internal/machine",
			"internal/accuracy/cmd",         // starts tools and reads what they leave
			"internal/alarm/timer_linux.go", // a descriptor gets into the network poller as an os.File
		},

		FunctionLines: 100,
		FileLines:     400,
		Vague:         []string{"pkg", "util", "utils", "common", "types", "models", "helpers", "misc"},
	}
}

// floors is the house from the ground up.
func floors() map[string]int {
	return map[string]int{
		"internal/arch":       0, // knows no package of ours but by name
		"internal/hist":       0,
		"internal/stat":       0,
		"internal/strictyaml": 0,
		"internal/units":      0,
		"internal/whatsapp":   0,

		"internal/alarm":           1,
		"internal/machine":         1,
		"internal/pace":            1,
		"internal/whatsapp/cloud":  1,
		"internal/whatsapp/onprem": 1,
		"results":                  1,

		"fakeapi":          2,
		"internal/compare": 2,
		"internal/foreign": 2,
		"internal/gate":    2,
		"internal/loop":    2, // coroutines that wait for sockets in one system call
		"internal/webhook": 2,

		"internal/keepalive": 3, // an HTTP client of its own, without which every hit costs two goroutines
		"internal/multiplex": 3, // another, of HTTP/2
		"internal/known":     3, // a server whose latencies are known; draws them by fakeapi's models
		"scenarios":          3,

		"internal/load": 4,

		"internal/accuracy":  5, // sets other tools beside bench, and all beside the truth
		"internal/calibrate": 5, // runs the engine against a server whose latencies are known
		"internal/fleet":     5,
		"internal/live":      5,
		"internal/search":    5, // runs the engine step by step
		"reports":            5,

		"cmd/bench":             6,
		"internal/accuracy/cmd": 6, // starts the tools and the servers, and writes docs/accuracy.md
	}
}

// neighbours are the exceptions within a floor.
func neighbours() map[string][]string {
	return map[string][]string{
		"internal/strictyaml": {"internal/units"},     // decodes quantities
		"internal/gate":       {"internal/compare"},   // a rule with vs is judged by a comparison
		"internal/multiplex":  {"internal/keepalive"}, // shares its requests and how it dials
	}
}

// alone keeps the fake platform a library for others: it knows the platform
// and nothing of load, scenarios or results.
func alone() map[string][]string {
	return map[string][]string{
		"fakeapi": {
			"internal/hist", "internal/strictyaml", "internal/units",
			"internal/whatsapp", "internal/whatsapp/cloud", "internal/whatsapp/onprem",
		},
	}
}

// libraries gives heavy libraries one importer, which wraps them in our words.
func libraries() map[string][]string {
	return map[string][]string{
		"github.com/spf13/cobra":                  {"cmd/bench"},
		"github.com/spf13/pflag":                  {"cmd/bench"},
		"github.com/tsenart/vegeta/v12":           {"internal/load", "internal/foreign"},
		"gonum.org/v1/plot":                       {"reports"},
		"git.sr.ht/~sbinet/gg":                    {"reports"},
		"codeberg.org/go-fonts/liberation":        {"reports"},
		"golang.org/x/image":                      {"reports"},
		"github.com/HdrHistogram/hdrhistogram-go": {"internal/hist"},
		"gonum.org/v1/gonum/stat":                 {"internal/stat"},
		"gonum.org/v1/gonum/mathext":              {"internal/stat"},
		"go.yaml.in/yaml/v4":                      {"internal/strictyaml"},
		"golang.org/x/time/rate":                  {"fakeapi"},
		"golang.org/x/term":                       {"cmd/bench"},
		"golang.org/x/sys":                        {"internal/alarm", "internal/load", "internal/loop", "internal/machine", "cmd/bench"},
		"golang.org/x/net/http2":                  {"internal/multiplex"},
		"golang.org/x/net/http/httpguts":          {"internal/multiplex"},

		"github.com/google/uuid": {Anyone},
		"golang.org/x/sync":      {Anyone},

		"github.com/chromedp":                   nil,
		"github.com/google/go-cmp":              nil,
		"github.com/invopop/jsonschema":         nil,
		"github.com/rogpeppe/go-internal":       nil,
		"github.com/santhosh-tekuri/jsonschema": nil,
		"golang.org/x/net/html":                 nil,
		"pgregory.net/rapid":                    nil,
	}
}
