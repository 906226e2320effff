package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wabench/fakeapi"
	"wabench/scenarios"
)

var (
	yamlBlock    = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```")
)

// pages returns README and docs by name.
func pages(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range append(names, "../../README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(text)
	}
	return out
}

// Every scenario in README and docs is a valid one.
func TestScenariosInTheDocsAreValid(t *testing.T) {
	found := 0
	for name, text := range pages(t) {
		for _, match := range yamlBlock.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(match[1], "version: 1") {
				continue
			}
			found++
			s, err := scenarios.Parse(name, []byte(match[1]))
			if err == nil {
				_, err = s.Resolve(scenarios.Env{Profile: checkProfile, PlanOnly: true})
			}
			if err != nil {
				t.Errorf("%s:\n%v", name, err)
			}
		}
	}
	if found < 2 {
		t.Errorf("found %d scenarios in the docs", found)
	}
}

// Every profile of the fake in README and docs is a valid one.
func TestProfilesInTheDocsAreValid(t *testing.T) {
	found := 0
	for name, text := range pages(t) {
		for _, match := range yamlBlock.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(match[1], "extends: ") {
				continue
			}
			found++
			if _, err := fakeapi.ParseProfile(name, []byte(match[1])); err != nil {
				t.Errorf("%s:\n%v", name, err)
			}
		}
	}
	if found == 0 {
		t.Error("found no profile in the docs")
	}
}

// Every bench command in README and docs has a command and flags that exist.
func TestCommandsInTheDocsExist(t *testing.T) {
	for name, text := range pages(t) {
		for _, block := range consoleBlock.FindAllStringSubmatch(text, -1) {
			for line := range strings.Lines(block[1]) {
				line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
				if args, ok := strings.CutPrefix(line, "bench "); ok {
					checkCommand(t, name, args)
				}
			}
		}
	}
}

// Every example in a command's help parses as that command.
func TestExamplesInTheHelpParse(t *testing.T) {
	root := newRoot(systemEnv())
	for _, command := range root.Commands() {
		if command.Name() == "help" || command.Name() == "completion" {
			continue
		}
		examples := strings.Split(strings.TrimSpace(command.Example), "\n")
		if len(examples) < 2 {
			t.Errorf("%s has %d examples, want two", command.Name(), len(examples))
		}
		for _, example := range examples {
			line, _, _ := strings.Cut(strings.TrimSpace(example), " | ")
			args, ok := strings.CutPrefix(line, "bench ")
			if !ok {
				t.Errorf("%s: %q is not a bench command", command.Name(), example)
				continue
			}
			checkCommand(t, "help", args)
		}
	}
}

// checkCommand finds a command and parses its flags and arguments without
// running it.
func checkCommand(t *testing.T, where, line string) {
	t.Helper()
	root := newRoot(systemEnv())
	root.SetOut(&bytes.Buffer{})
	command, rest, err := root.Find(words(line))
	if err != nil || command == root {
		t.Errorf("%s: bench %s: no such command (%v)", where, line, err)
		return
	}
	if err := command.ParseFlags(rest); err != nil {
		t.Errorf("%s: bench %s: %v", where, line, err)
		return
	}
	if err := command.ValidateArgs(command.Flags().Args()); err != nil {
		t.Errorf("%s: bench %s: %v", where, line, err)
	}
}

// words splits a command line at spaces outside single quotes.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}
