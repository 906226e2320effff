package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wabench/internal/accuracy"
)

// A peer that is built is not built again, for each version of its own.
func TestAPeerIsBuiltOnce(t *testing.T) {
	peers := t.TempDir()
	built := filepath.Join(peers, "tool@v1.2.3", "tool")
	if err := os.MkdirAll(filepath.Dir(built), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(built, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	program, version, err := install(t.Context(), accuracy.Tool{Program: "tool", Module: "example.invalid/tool@v1.2.3"}, peers)
	if program != built || version != "v1.2.3" || err != nil {
		t.Errorf("%s %s, %v", program, version, err)
	}
}

// A program that is there is taken, and one that its package does not know says
// so.
func TestAProgramOfTheSystem(t *testing.T) {
	program, version, err := unpack(t.Context(), accuracy.Tool{Program: "go", Package: "no-such-package"})
	if !strings.HasSuffix(program, "go") || version != "not of Debian" || err != nil {
		t.Errorf("%s %s, %v", program, version, err)
	}
}

func TestAProgramThatFailsSaysWhat(t *testing.T) {
	said := output(t.Context(), nil, "go", "no-such-command")
	if said.err == nil || !strings.Contains(said.err.Error(), "go no-such-command: exit status") {
		t.Errorf("%+v", said)
	}
	if said := output(t.Context(), []string{"GOFLAGS=-tags=here"}, "go", "env", "GOFLAGS"); said.text != "-tags=here" || said.err != nil {
		t.Errorf("%+v", said)
	}
}

// A watched process has something resident, and is no longer looked at once it
// is not watched.
func TestAWatchedProcess(t *testing.T) {
	peak := watchPeak(os.Getpid())
	resident := watchResident(os.Getpid(), time.Hour)
	if got := resident(); len(got) != 0 {
		t.Errorf("%v before the first step", got)
	}
	if peak() != 0 != (peakOf("self") != 0) { // both or neither: not every system says
		t.Error("the peak of this process is not that of itself")
	}
	if peakOf("none") != 0 || residentOf("none") != 0 {
		t.Error("no process has something resident")
	}
}
