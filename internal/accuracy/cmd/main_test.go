package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wabench/internal/accuracy"
)

// With a tool's part to play the test binary is a tool.
func TestMain(m *testing.M) {
	if code := os.Getenv("ACCURACY_TEST_TOOL"); code != "" {
		os.Exit(playTool(code))
	}
	os.Exit(m.Run())
}

// playTool says what it was given, leaves a file, and exits with a code.
func playTool(code string) (exit int) {
	given, err := os.ReadFile("given")
	fmt.Printf("%v %s\n", err, given)
	fmt.Fprintln(os.Stderr, "complaint")
	if err := os.WriteFile("left", []byte("behind"), 0o600); err != nil {
		return 99
	}
	_, _ = fmt.Sscan(code, &exit)
	return exit
}

// testWorld has this binary for a program.
func testWorld(t *testing.T) *world {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &world{dir: t.TempDir(), programs: map[string]string{"tool": self}}
}

func command(code string) accuracy.Command {
	return accuracy.Command{
		Program: "tool", Env: []string{"ACCURACY_TEST_TOOL=" + code}, Files: map[string]string{"given": "message"}, Codes: []int{5},
	}
}

// Commands run one after the other where the files are, and what each took is
// known.
func TestAProcessIsRunAndMeasured(t *testing.T) {
	o, err := testWorld(t).Run(t.Context(), []accuracy.Command{command("0"), command("5")})
	if err != nil {
		t.Fatal(err)
	}
	if o.Text != "<nil> message\n<nil> message\n" || len(o.Usage) != 2 || o.Usage[0].CPU <= 0 {
		t.Errorf("%+v", o)
	}
	file, err := o.Files.Open("left")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if text, err := io.ReadAll(file); string(text) != "behind" {
		t.Errorf("left %q, %v", text, err)
	}
}

func TestAFailingProcessSaysWhy(t *testing.T) {
	_, err := testWorld(t).Run(t.Context(), []accuracy.Command{command("3"), command("0")})
	if err == nil || !strings.Contains(err.Error(), "exit status 3: complaint") {
		t.Errorf("%v", err)
	}
}

// A server prints its address, answers, and at the end of stdin what it saw.
func TestAServerServes(t *testing.T) {
	in, stdin := io.Pipe()
	stdout, out := io.Pipe()
	ended := make(chan error, 1) // one end
	go func() { ended <- serve("fixed 1ms", in, out) }()
	r := bufio.NewReader(stdout)
	url, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(strings.TrimSpace(url)+"/x", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	var record accuracy.Record
	if err := json.NewDecoder(r).Decode(&record); err != nil || len(record.Came) != 1 {
		t.Errorf("%+v, %v", record, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := serve("none such", nil, io.Discard); err == nil {
		t.Error("an unknown server serves")
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"sing"}, {"serve"}, {"wait", "1"}, {"wait", "0", "1s"}, {"wait", "1", "long"}, {"measure", "all"}, {"soak", "-for", "1s"}, {"measure", "-nonsense"}} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

// A page is filled in another place, and the first is left alone; a page
// without place is left alone too.
func TestPagesAreFilledWhole(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "page.md"), filepath.Join(dir, "new.md")
	if err := os.WriteFile(from, []byte("<!-- accuracy: held -->\n<!-- end -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := page{from: from, to: to}
	if err := p.fill(map[string]string{"held": "all"}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(to); string(text) != "<!-- accuracy: held -->\nall\n<!-- end -->\n" {
		t.Errorf("%q, %v", text, err)
	}
	p.to = ""
	if err := p.fill(map[string]string{"elsewhere": "all"}); err == nil {
		t.Error("a section without place is filled")
	}
	if text, err := os.ReadFile(from); string(text) != "<!-- accuracy: held -->\n<!-- end -->\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestThisMachineIsDescribed(t *testing.T) {
	m := host()
	if m.CPUs < 1 || m.Processor == "" || m.System == "" || m.Go == "" {
		t.Errorf("%+v", m)
	}
	if !wanted("bench", nil) || wanted("bench", []string{"vegeta"}) || !wanted("bench", []string{"vegeta", "bench"}) {
		t.Error("tools are not chosen by name")
	}
}

func TestABareWaitIsNeverEarly(t *testing.T) {
	var out strings.Builder
	if err := bareWait("1000", "20ms", &out); err != nil {
		t.Fatal(err)
	}
	var late accuracy.Quantiles
	if err := json.Unmarshal([]byte(out.String()), &late); err != nil || late[0] <= 0 || late[3] < late[0] {
		t.Errorf("%q: %v, %v", out.String(), late, err)
	}
}
