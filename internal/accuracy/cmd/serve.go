package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"wabench/internal/accuracy"
)

// serve runs a server until stdin ends: it prints its address first and its
// record at the end.
func serve(name string, stdin io.Reader, stdout io.Writer) error {
	server, err := accuracy.ServerNamed(name)
	if err != nil {
		return err
	}
	recorder := accuracy.NewRecorder(server)
	listener, err := recorder.Listen()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, listener.URL()); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, stdin); err != nil {
		return err
	}
	listener.Close()
	return json.NewEncoder(stdout).Encode(recorder.Record())
}

// Serve implements accuracy.World by running this program as a server.
func (w *world) Serve(ctx context.Context, name string) (string, func() (accuracy.Record, error), error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	command := exec.CommandContext(ctx, self, "serve", name)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", nil, err
	}
	r := bufio.NewReader(out)
	url, err := r.ReadString('\n')
	if err != nil {
		return "", nil, fmt.Errorf("read its address: %w (%v)", err, command.Wait())
	}
	return strings.TrimSpace(url), func() (record accuracy.Record, err error) {
		_ = in.Close() // it is the end of stdin that stops the server
		decoding := json.NewDecoder(r).Decode(&record)
		if err := command.Wait(); err != nil {
			return record, fmt.Errorf("end server %q: %w", name, err)
		}
		return record, decoding
	}, nil
}
