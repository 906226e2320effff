package fakeapi

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wabench/internal/whatsapp/cloud"
)

// bareHandler decodes the same JSON and answers as shortly as can be: what the
// fake's cost is measured against.
func bareHandler(w http.ResponseWriter, r *http.Request) {
	var p cloud.Payload
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","contacts":[{"input":"15550100001","wa_id":"15550100001"}],"messages":[{"id":"wamid.x"}]}`)
}

// BenchmarkAccepted is the cost of one accepted text message over a socket:
// the client's part is the same for both.
func BenchmarkAccepted(b *testing.B) {
	s := Start(b, Options{Listen: "127.0.0.1:0"})
	bare := httptest.NewServer(http.HandlerFunc(bareHandler))
	defer bare.Close()
	path := "/v24.0/" + s.Info().PhoneNumberID + "/messages"
	for name, url := range map[string]string{"fake": s.URL, "bare": bare.URL} {
		b.Run(name, func(b *testing.B) {
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
			defer client.CloseIdleConnections()
			b.ReportAllocs()
			for b.Loop() {
				req, err := http.NewRequest(http.MethodPost, url+path, strings.NewReader(benchBody))
				if err != nil {
					b.Fatal(err)
				}
				req.Header.Set("Authorization", "Bearer "+s.Info().Token)
				req.Header.Set("Content-Type", "application/json")
				res, err := client.Do(req)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				if res.StatusCode != http.StatusOK {
					b.Fatal(res.Status)
				}
			}
		})
	}
}

const benchBody = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"15550100001","type":"text","text":{"body":"Your code is 424242"}}`

// BenchmarkHandler is the handler alone, without net/http around it.
func BenchmarkHandler(b *testing.B) {
	s := Start(b, Options{})
	path := "/v24.0/" + s.Info().PhoneNumberID + "/messages"
	for name, handler := range map[string]http.Handler{"fake": s, "bare": http.HandlerFunc(bareHandler)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(benchBody))
				r.Header.Set("Authorization", "Bearer "+s.Info().Token)
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}

// BenchmarkStatuses is the cost of one status in a full batch: written and
// signed.
func BenchmarkStatuses(b *testing.B) {
	s := Start(b, Options{})
	c := s.cloud
	m := c.ledger.add(message{From: s.Info().PhoneNumberID, To: "15550100001", Category: "utility", Graph: 24}, stepAccepted, 0, 0)
	batch := make([]update, 1000)
	for i := range batch {
		batch[i] = c.status(m, stepSent, s.start, 0)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.seal(http.Header{}, c.compose(batch))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/status")
}
