//go:build node

package fakeapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// longest is how long a script may take: one that waits for a webhook that never
// comes ends then.
const longest = time.Minute

// scripts is where the scripts and their packages are.
var scripts = filepath.Join("testdata", "clients")

// step is a line that a script tells: what the library did or was told.
type step struct {
	Step, Kind, ID        string
	Code                  any
	Kept, Deleted, SHA256 string
	Listed                []string
	About                 *string
	URL                   string
	Statuses              map[string][]string
	Inbound               []inbound
	Read                  bool
	Account               json.RawMessage
}

// inbound is a message of a user as the library handed it over.
type inbound struct{ ID, From, Text string }

// script runs the script of a library and returns its steps; file is what it is
// to upload, during sees each step as it comes.
func script(t *testing.T, p platform, name, file string, during func(step)) []step {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	node := exec.CommandContext(ctx, "node", name+".mjs")
	node.Dir, node.Env = scripts, environment(t, p, file)
	node.ExtraFiles = []*os.File{write} // its descriptor 3
	node.Stdout, node.Stderr = t.Output(), t.Output()
	err = node.Start()
	write.Close()
	if err != nil {
		t.Fatalf("%v\nhint: install Node.js 20 or later", err)
	}
	steps := follow(t, read, during)
	err = node.Wait()
	if ctx.Err() != nil {
		t.Fatalf("node %s.mjs: after %s it still waited for webhooks", name, longest)
	}
	if err != nil {
		t.Fatalf("node %s.mjs: %v\nhint: run npm ci in fakeapi/%s", name, err, scripts)
	}
	return steps
}

// follow reads steps until the script ends.
func follow(t *testing.T, r io.Reader, during func(step)) (steps []step) {
	t.Helper()
	for lines := json.NewDecoder(r); ; {
		var s step
		err := lines.Decode(&s)
		if errors.Is(err, io.EOF) {
			return steps
		}
		if err != nil {
			t.Fatal(err)
		}
		during(s)
		steps = append(steps, s)
	}
}

// environment is all that a script gets to know, so that no proxy or setting of
// this machine comes between it and the fake.
func environment(t *testing.T, p platform, file string) []string {
	t.Helper()
	info, err := json.Marshal(p.info)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir(), "NODE_ENV=production",
		"NODE_EXTRA_CA_CERTS=" + p.info.CA, "FAKE=" + string(info), "FAKE_FILE=" + file,
		// The settings of Meta's SDK.
		"M4D_APP_ID=1", "M4D_APP_SECRET=" + p.info.AppSecret, "WA_PHONE_NUMBER_ID=" + p.info.PhoneNumberID,
		"CLOUD_API_VERSION=v24.0", "CLOUD_API_ACCESS_TOKEN=" + p.info.Token,
		"LISTENER_PORT=8080", "WEBHOOK_ENDPOINT=hook", "WEBHOOK_VERIFICATION_TOKEN=a token of the receiver",
	}
}
