package accuracy

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// The page in docs has a place for every section.
func TestThePageHasPlaces(t *testing.T) {
	page, err := os.ReadFile("../../docs/accuracy.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := Figures{Plan: Full()}.Sections(Machine{})
	for _, pasted := range []string{SectionMemory, SectionSoak, SectionBenchmarks} {
		sections[pasted] = Pasted("goos: linux\npkg: wabench/x\nfigures\n```\nPASS\nok  \twabench/x\t1.2s\n")
	}
	filled, err := Fill(page, sections)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(filled), "```text\nfigures\n'''\n```\n"+endMarker); n != 3 {
		t.Errorf("%d of 3 are pasted", n)
	}
}

// A soak of ten minutes has its faults where the hour has them.
func TestASoakIsShortenedInProportion(t *testing.T) {
	args := strings.Join(SoakArgs(10*time.Minute), " ")
	for _, want := range []string{
		"run soak ", "load.warmup=10s", "load.stages[0].for=10m0s", "period=3m20s", "faults[0].at=2m30s", "faults[1].for=20s", "faults[2].at=7m30s",
	} {
		if !strings.Contains(args, want) {
			t.Errorf("%s is not in %s", want, args)
		}
	}
}

func TestTheSoakSection(t *testing.T) {
	files := fstest.MapFS{}
	if _, err := SoakSection(files, nil, Machine{}); err == nil {
		t.Error("a soak that left nothing has a section")
	}
	content, err := os.ReadFile("testdata/bench.json")
	if err != nil {
		t.Fatal(err)
	}
	files["runs/latest/run.json"] = &fstest.MapFile{Data: content}
	var resident []Resident
	for i := range 20 {
		resident = append(resident, Resident{At: time.Duration(i+1) * 30 * time.Second, Bytes: int64(i+1) << 20})
	}
	section, err := SoakSection(files, resident, Machine{CPUs: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Generator: degraded: p99 of lateness", "| server | 200 | 200 | 0 | 200 | – |", "| since the start | 1m0s |", "| 20 MiB |",
	} {
		if !strings.Contains(section, want) {
			t.Errorf("%q is not in\n%s", want, section)
		}
	}
}
