package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"wabench/fakeapi"
	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
	"wabench/scenarios"
)

// scenarioOptions are the flags of every command that resolves a scenario.
type scenarioOptions struct {
	set  []string
	seed string
	real bool
}

func (o *scenarioOptions) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&o.set, "set", nil, "override a field: load.stages[0].hold=50/s (repeatable)")
	c.Flags().StringVar(&o.seed, "seed", "", "use another seed than the scenario's")
	c.Flags().BoolVar(&o.real, "real", false, "allow targets that are not on this machine: costs money, reaches people")
}

// source is a scenario's text with the name that problems carry and the folder
// that its paths are relative to.
type source struct {
	name string
	dir  string
	text []byte
}

// scenarioLimit is the size beyond which a scenario is refused; the reader
// says so itself if it is given one byte more.
const scenarioLimit = 1<<20 + 1

// readScenario reads a path, "-" for stdin, or the name of a shipped scenario.
func readScenario(e env, name string) (source, error) {
	if name == "-" {
		text, err := io.ReadAll(io.LimitReader(e.stdin, scenarioLimit))
		if err != nil {
			return source{}, failure("", fmt.Errorf("read stdin: %w", err))
		}
		return source{name: "stdin", dir: ".", text: text}, nil
	}
	if shipped, ok := scenarios.ShippedScenario(name); ok && !e.disk.exists(name) {
		return source{name: name + ".yaml", dir: ".", text: shipped}, nil
	}
	text, err := e.disk.read(name, 64*scenarioLimit)
	switch {
	case notExist(err):
		hint := "shipped scenarios are " + strings.Join(scenarios.Shipped(), ", ")
		return source{}, usageError(hint, "there is no scenario %s", name)
	case err != nil && len(text) > scenarioLimit:
		text = text[:scenarioLimit]
	case err != nil:
		return source{}, usageError("", "read scenario: %s", cleanError(err))
	}
	return source{name: name, dir: filepath.Dir(name), text: text}, nil
}

// environment returns what a scenario may ask of this machine.
func (o scenarioOptions) environment(e env, dir string) (scenarios.Env, error) {
	out := scenarios.Env{
		Lookup: e.lookup,
		ReadFile: func(path string) ([]byte, error) {
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			return e.disk.read(path, fileLimit)
		},
		Profile: checkProfile,
		IsLocal: isLocal,
		Set:     o.set,
		Real:    o.real,
	}
	if o.seed != "" {
		var seed uint64
		if _, err := fmt.Sscanf(o.seed, "%d", &seed); err != nil {
			return out, usageError("write --seed 42", "%q is not a seed", o.seed)
		}
		out.Seed = &seed
	}
	return out, nil
}

// resolve reads and resolves a scenario. Its mistakes are Problems.
func (o scenarioOptions) resolve(e env, src source, planOnly bool) (*scenarios.Plan, scenarios.Env, error) {
	around, err := o.environment(e, src.dir)
	if err != nil {
		return nil, around, err
	}
	around.PlanOnly = planOnly
	s, err := scenarios.Parse(src.name, src.text)
	if err != nil {
		return nil, around, asUsage(err)
	}
	plan, err := s.Resolve(around)
	return plan, around, asUsage(err)
}

// asUsage marks a scenario's mistakes as the user's.
func asUsage(err error) error {
	var problems strictyaml.Problems
	if err == nil || errors.As(err, &problems) {
		return err
	}
	return &exitError{code: exitUsage, err: err}
}

// checkProfile says which APIs a profile of the fake has.
func checkProfile(name string, text []byte) ([]whatsapp.API, error) {
	if text != nil {
		p, err := fakeapi.ParseProfile(name, text)
		if err != nil {
			return nil, err
		}
		return p.APIs, nil
	}
	p, err := fakeapi.LoadProfile(name)
	if err != nil {
		return nil, err
	}
	return p.APIs, nil
}

// isLocal reports whether an address is one of this machine's own.
func isLocal(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	if ip == nil {
		return false
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, address := range addresses {
		if own, ok := address.(*net.IPNet); ok && own.IP.Equal(ip) {
			return true
		}
	}
	return false
}
