package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"wabench/internal/compare"
	"wabench/internal/gate"
	"wabench/results"
)

// openRun opens a run directory: a path, or an id (or its beginning, or
// "latest") under out.
func openRun(e env, out, name string) (*results.Record, string, error) {
	if dir, ok := holding(e, out, name, results.FileRun); ok {
		rec, err := results.Open(e.disk.open(dir))
		if err != nil {
			return nil, "", failure("", fmt.Errorf("%s: %w", dir, err))
		}
		return rec, dir, nil
	}
	if dir, ok := e.disk.complete(out, name); ok {
		return openRun(e, out, dir)
	}
	return nil, "", usageError(fmt.Sprintf("'bench list --out %s' shows the runs there are", out), "there is no run %s", name)
}

// holding returns the directory that holds a file: a path, or one under out.
func holding(e env, out, name, file string) (dir string, ok bool) {
	for _, dir := range []string{name, filepath.Join(out, name)} {
		if e.disk.exists(filepath.Join(dir, file)) {
			return dir, true
		}
	}
	return "", false
}

// openSide opens RUN or RUN#TARGET. Without a target the run must have one, or
// other must name it.
func openSide(e env, out, name string) (*results.Record, string, error) {
	dir, target, _ := strings.Cut(name, "#")
	rec, _, err := openRun(e, out, dir)
	if err != nil {
		return nil, "", err
	}
	if target != "" && rec.Run.Targets[target] == nil {
		return nil, "", usageError("targets are "+strings.Join(targetNames(rec), ", "), "run %s has no target %s", dir, target)
	}
	return rec, target, nil
}

// openBaseline opens what --baseline names: a run, one target of it, or a
// stored baseline. Rules with "vs baseline" need one; without, it is no side.
func openBaseline(e env, out, name string, rules []gate.Rule) (compare.Side, error) {
	if name == "" {
		for _, rule := range rules {
			if rule.NeedsBaseline() {
				return compare.Side{}, usageError("pass --baseline RUN, or drop the rule", "rule %q needs a baseline", rule)
			}
		}
		return compare.Side{}, nil
	}
	dir, target, _ := strings.Cut(name, "#")
	stored := filepath.Join(out, baselines, dir)
	if e.disk.exists(filepath.Join(stored, results.FileRun)) {
		dir = stored
	}
	if target != "" {
		dir += "#" + target
	}
	rec, target, err := openSide(e, out, dir)
	return compare.Side{Record: rec, Target: target}, err
}
