package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"wabench/internal/accuracy"
)

// gather finds or makes every tool of the names given, all if none: it returns
// those that take part and those that could not be had, and where each is.
func gather(ctx context.Context, peers, work string, names []string) ([]accuracy.Contestant, map[string]string) {
	var out []accuracy.Contestant
	where := map[string]string{}
	for _, tool := range accuracy.Tools() {
		if !wanted(tool.Name, names) {
			continue
		}
		fmt.Fprintln(os.Stderr, "preparing", tool.Name)
		c := accuracy.Contestant{Tool: tool}
		program, version, err := prepare(ctx, tool, peers, work)
		if err != nil {
			c.Missing = err.Error()
			fmt.Fprintf(os.Stderr, "%s could not be had: %v\n", tool.Name, err)
		}
		c.Version, where[tool.Program] = version, program
		out = append(out, c)
	}
	return out, where
}

func wanted(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return len(names) == 0
}

// prepare returns a tool's program and version.
func prepare(ctx context.Context, tool accuracy.Tool, peers, work string) (program, version string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute) // k6 is large
	defer cancel()
	switch {
	case tool.Module != "":
		return install(ctx, tool, peers)
	case tool.Package != "":
		return unpack(ctx, tool)
	}
	program = filepath.Join(work, tool.Program)
	return program, revision(ctx), output(ctx, nil, "go", "build", "-o", program, "./cmd/bench").err
}

// install builds a module once for each version.
func install(ctx context.Context, tool accuracy.Tool, peers string) (string, string, error) {
	_, version, _ := strings.Cut(tool.Module, "@")
	dir, err := filepath.Abs(filepath.Join(peers, tool.Program+"@"+version))
	if err != nil {
		return "", version, err
	}
	program := filepath.Join(dir, path.Base(tool.Program))
	if _, err := os.Stat(program); err == nil {
		return program, version, nil
	}
	return program, version, output(ctx, []string{"GOBIN=" + dir, "GOFLAGS="}, "go", "install", tool.Module).err
}

// unpack finds a Debian package's program, and installs it where it may.
func unpack(ctx context.Context, tool accuracy.Tool) (string, string, error) {
	program, err := exec.LookPath(tool.Program)
	if err != nil {
		if err := aptGet(ctx, tool.Package); err != nil {
			return "", "", err
		}
		if program, err = exec.LookPath(tool.Program); err != nil {
			return "", "", err
		}
	}
	version := output(ctx, nil, "dpkg-query", "-W", "-f", "${Version}", tool.Package)
	if version.err != nil {
		return program, "not of Debian", nil
	}
	return program, version.text, nil
}

func aptGet(ctx context.Context, pkg string) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("it is not installed; as root, 'apt-get install %s' does it", pkg)
	}
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	if err := output(ctx, env, "apt-get", "update", "-q").err; err != nil {
		return err
	}
	return output(ctx, env, "apt-get", "install", "-qy", "--no-install-recommends", pkg).err
}

// revision is the commit of the tree, with a mark if it was changed since.
func revision(ctx context.Context) string {
	commit := output(ctx, nil, "git", "describe", "--always", "--dirty")
	if commit.err != nil {
		return "of no commit"
	}
	return commit.text
}

// printed is what a program of the system said.
type printed struct {
	text string
	err  error
}

// output runs a program of the system.
func output(ctx context.Context, env []string, name string, args ...string) printed {
	command := exec.CommandContext(ctx, name, args...)
	command.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	command.Stderr = &stderr
	text, err := command.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, tail(stderr.String()))
	}
	return printed{strings.TrimSpace(string(text)), err}
}
