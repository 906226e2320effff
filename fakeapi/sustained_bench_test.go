//go:build unix

package fakeapi

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkSustained is 10,000 messages a second with webhooks: three statuses
// for each, in batches, signed, to a receiver behind a socket. The sender is a
// process of its own; the fake and the receiver share this one, whose processor
// time is reported. All is well if msg/s is 10,000 and statuses/msg is 3.
func BenchmarkSustained(b *testing.B) {
	const rate, seconds = 10_000, 3
	sink := &statusSink{}
	receiver := httptest.NewServer(sink)
	defer receiver.Close()
	profile := profileOf(b, "instant", func(p *Profile) {
		p.Cloud.Delivery = Delivery{
			Sent:      Lognormal(50*time.Millisecond, 0.5, 0),
			Delivered: Lognormal(100*time.Millisecond, 0.5, 0), Read: 1, ReadAfter: Lognormal(200*time.Millisecond, 0.5, 0),
		}
		p.Cloud.Webhooks.Gather = 20 * time.Millisecond
	})
	s := Start(b, Options{Listen: "127.0.0.1:0", Behaviour: profile, Webhook: receiver.URL})
	d := startDriver(b, strings.TrimPrefix(s.URL, "http://"), "/v24.0/"+s.Info().PhoneNumberID+"/messages", s.Info().Token, 32)
	defer d.stop()
	sink.expect(3 * rate)
	d.send(stint{Count: rate, PerSecond: rate})
	<-sink.reached

	var took, late, spent time.Duration
	var sent, statuses, posts int64
	for b.Loop() {
		before, postsBefore := processCPU(b), sink.posts.Load()
		sink.expect(3 * rate * seconds)
		done := d.send(stint{Count: rate * seconds, PerSecond: rate})
		<-sink.reached
		took, late, spent = took+done.Took, max(late, done.Late), spent+processCPU(b)-before
		sent, statuses, posts = sent+rate*seconds, statuses+sink.seen.Load(), posts+sink.posts.Load()-postsBefore
	}
	b.ReportMetric(float64(sent)/took.Seconds(), "msg/s")
	b.ReportMetric(float64(statuses)/float64(sent), "statuses/msg")
	b.ReportMetric(float64(statuses)/float64(posts), "statuses/post")
	b.ReportMetric(float64(late.Milliseconds()), "late-ms")
	b.ReportMetric(spent.Seconds()/took.Seconds(), "cpus")
	b.ReportMetric(0, "ns/op") // means nothing here
}

// statusSink is a webhook receiver that counts statuses.
type statusSink struct {
	posts, seen, wanted atomic.Int64
	reached             chan struct{} // closed when as many were seen as wanted
}

func (k *statusSink) expect(n int64) {
	k.reached = make(chan struct{})
	k.seen.Store(0)
	k.wanted.Store(n)
}

func (k *statusSink) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	k.posts.Add(1)
	n := int64(bytes.Count(body, []byte(`"status":"`)))
	if now := k.seen.Add(n); now >= k.wanted.Load() && now-n < k.wanted.Load() {
		close(k.reached)
	}
}

// BenchmarkMillion is the memory of a fake that has a million messages in its
// ledger, and that of one which then takes a tenth more.
func BenchmarkMillion(b *testing.B) {
	const million = 1_000_000
	for b.Loop() {
		profile := profileOf(b, "instant", func(p *Profile) { p.Ledger = million })
		before := heap()
		s := Start(b, Options{Behaviour: profile})
		acceptMany(b, s, million)
		b.ReportMetric(float64(heap()-before)/(1<<20), "heap-MiB")
		acceptMany(b, s, million/10)
		b.ReportMetric(float64(heap()-before)/(1<<20), "heap-MiB-later")
		counts, left := s.cloud.ledger.tally()
		if kept := counts[stepAccepted] - left; kept != million || counts[stepAccepted] != million+million/10 {
			b.Fatalf("%d of %d messages are kept", kept, counts[stepAccepted])
		}
		b.ReportMetric(float64(left), "left")
		s.Close()
	}
	b.ReportMetric(0, "ns/op")
}

// acceptMany has the fake accept n messages to as many users.
func acceptMany(t testing.TB, s *Server, n int) {
	t.Helper()
	path := "/v24.0/" + s.Info().PhoneNumberID + "/messages"
	for i := range n {
		body := strings.Replace(benchBody, "15550100001", strconv.Itoa(15560000000+i), 1)
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+s.Info().Token)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Fatal(w.Code, w.Body)
		}
	}
}
