//go:build unix

package fakeapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// processCPU is the time that this process has spent on the processors.
func processCPU(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCost is the server's processor time for one accepted text message,
// webhooks off, beside that of a bare handler that decodes the same JSON: both
// behind net/http on a socket, in turns, the client in a process of its own.
func BenchmarkCost(b *testing.B) {
	const block, connections = 4000, 8
	s := Start(b, Options{Listen: "127.0.0.1:0"})
	bare := httptest.NewServer(http.HandlerFunc(bareHandler))
	defer bare.Close()
	path := "/v24.0/" + s.Info().PhoneNumberID + "/messages"
	drivers := map[string]*driver{}
	for name, url := range map[string]string{"fake": s.URL, "bare": bare.URL} {
		drivers[name] = startDriver(b, strings.TrimPrefix(url, "http://"), path, s.Info().Token, connections)
		defer drivers[name].stop()
		drivers[name].send(stint{Count: block}) // connections are open, pools are full
	}
	spent, sent := map[string]time.Duration{}, 0
	for b.Loop() {
		for _, name := range []string{"fake", "bare", "bare", "fake"} {
			before := processCPU(b)
			drivers[name].send(stint{Count: block})
			spent[name] += processCPU(b) - before
		}
		sent += 2 * block
	}
	each := func(name string) float64 { return float64(spent[name].Nanoseconds()) / 1000 / float64(sent) }
	b.ReportMetric(each("fake"), "fake-cpu-µs/op")
	b.ReportMetric(each("bare"), "bare-cpu-µs/op")
	b.ReportMetric(each("fake")/each("bare"), "ratio")
	b.ReportMetric(0, "ns/op") // means nothing here
}
