//go:build node

package fakeapi_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// namespace makes a network namespace, in which graph.facebook.com is this
// machine and nothing else can be reached, and removes it when the test ends.
func namespace(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("bench-fake-%d", os.Getpid())
	etc := filepath.Join("/etc/netns", name)
	t.Cleanup(func() {
		if err := os.RemoveAll(etc); err != nil {
			t.Error(err)
		}
	})
	if err := os.MkdirAll(etc, 0o755); err != nil {
		t.Fatalf("%v\nhint: network namespaces need root", err)
	}
	hosts := "127.0.0.1 localhost graph.facebook.com\n"
	if err := os.WriteFile(filepath.Join(etc, "hosts"), []byte(hosts), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, "ip", "netns", "add", name)
	t.Cleanup(func() {
		if out, err := exec.Command("ip", "netns", "del", name).CombinedOutput(); err != nil {
			t.Errorf("remove the namespace: %v %s", err, out)
		}
	})
	run(t, "ip", "-n", name, "link", "set", "lo", "up")
	return name
}

// run runs a command that must work.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// build builds the command bench.
func build(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bench")
	run(t, "go", "build", "-o", file, "wabench/cmd/bench")
	return file
}

// passed reports whether the output of a verbose test says that it passed.
func passed(out []byte, test string) bool {
	return bytes.Contains(out, []byte("--- PASS: "+test+" ("))
}
