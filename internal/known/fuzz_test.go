package known

import (
	"bufio"
	"bytes"
	"testing"
)

// Whatever is sent, reading it ends, and a request that is read has a path
// that stood in its first line.
func FuzzReadRequest(f *testing.F) {
	f.Add([]byte("POST /v24.0/1/messages HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET / HTTP/1.0\n\n"))
	f.Add([]byte("GET"))
	f.Add([]byte("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := bufio.NewReader(bytes.NewReader(text))
		for {
			path, err := readRequest(r, nil)
			if err != nil {
				return
			}
			if !bytes.Contains(text, path) || bytes.ContainsAny(path, " \n") {
				t.Fatalf("path %q", path)
			}
		}
	})
}
