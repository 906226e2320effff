package scenarios

import (
	"errors"
	"io/fs"
	"net"
	"strings"

	"wabench/internal/whatsapp"
)

// Env is what a scenario may ask of the machine it is resolved on, and what
// the command line adds to it. The zero Env has no variables and no files.
type Env struct {
	// Lookup returns an environment variable.
	Lookup func(name string) (value string, set bool)
	// ReadFile reads a file that the scenario names; relative paths are
	// relative to the scenario.
	ReadFile func(path string) ([]byte, error)
	// Profile checks a profile of the fake platform, by the name of a shipped
	// one or by the text of a file, and returns the APIs it has. The error
	// says what is wrong with it. Nil leaves profiles unchecked.
	Profile func(name string, text []byte) ([]whatsapp.API, error)
	// IsLocal reports whether a host name is this machine; loopback always is.
	IsLocal func(host string) bool
	// Set are overrides, KEY=VALUE each.
	Set []string
	// Seed overrides the scenario's seed.
	Seed *uint64
	// Real allows targets that are neither fakes nor on this machine.
	Real bool
	// PlanOnly says that the plan will not be run, so that its secrets need
	// not be there.
	PlanOnly bool
}

func (e Env) lookup(name string) (value string, set bool) {
	if e.Lookup == nil {
		return "", false
	}
	return e.Lookup(name)
}

// errNoFiles is what an Env without files says of each.
var errNoFiles = errors.New("files are out of reach")

func (e Env) readFile(path string) ([]byte, error) {
	if e.ReadFile == nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNoFiles}
	}
	return e.ReadFile(path)
}

// local reports whether a host is this machine.
func (e Env) local(host string) bool {
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	if ip := net.ParseIP(strings.Trim(name, "[]")); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		return true
	}
	return e.IsLocal != nil && e.IsLocal(host)
}
