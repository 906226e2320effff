package fakeapi

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

// controlMetrics answers GET /_fake/metrics in the text format of Prometheus.
func (s *Server) controlMetrics(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	s.writeAnswers(&b)
	s.writeMessages(&b)
	s.writeWebhooks(&b)
	family(&b, "fake_uptime_seconds", "gauge", "Time since the server was started.")
	fmt.Fprintf(&b, "fake_uptime_seconds %.3f\n", time.Since(s.start).Seconds())
	family(&b, "fake_agenda_tasks", "gauge", "Steps of messages that are yet to come.")
	fmt.Fprintf(&b, "fake_agenda_tasks %d\n", s.agenda.len())
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

func family(b *bytes.Buffer, name, kind, help string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (s *Server) writeAnswers(b *bytes.Buffer) {
	family(b, "fake_answers_total", "counter", "Answers by API, operation and class of status; 0 is a broken connection.")
	for _, side := range s.sides() {
		for op, name := range ops {
			for class := range s.counters.answers[0][op] {
				n := s.counters.answers[apiIndex(side.api())][op][class].Load()
				if n == 0 {
					continue
				}
				status := "0"
				if class > 0 {
					status = fmt.Sprintf("%dxx", class)
				}
				fmt.Fprintf(b, "fake_answers_total{api=%q,op=%q,status=%q} %d\n", side.api(), name, status, n)
			}
		}
	}
}

func (s *Server) writeMessages(b *bytes.Buffer) {
	family(b, "fake_messages_total", "counter", "Messages that reached each status.")
	for _, side := range s.sides() {
		counts, _ := side.messages().tally()
		for i, n := range counts {
			fmt.Fprintf(b, "fake_messages_total{api=%q,status=%q} %d\n", side.api(), stepNames[i], n)
		}
	}
	family(b, "fake_messages_left_total", "counter", "Messages that are no longer remembered.")
	for _, side := range s.sides() {
		_, left := side.messages().tally()
		fmt.Fprintf(b, "fake_messages_left_total{api=%q} %d\n", side.api(), left)
	}
}

func (s *Server) writeWebhooks(b *bytes.Buffer) {
	family(b, "fake_webhook_updates_total", "counter", "Updates by what became of them.")
	for _, side := range s.sides() {
		t := &side.webhooks().tally
		for _, count := range []struct {
			name string
			n    int64
		}{
			{"made", t.updates.Load()},
			{"delivered", t.delivered.Load()},
			{"abandoned", t.abandoned.Load()},
			{"overflowed", t.overflowed.Load()},
			{"undirected", t.undirected.Load()},
		} {
			fmt.Fprintf(b, "fake_webhook_updates_total{api=%q,became=%q} %d\n", side.api(), count.name, count.n)
		}
	}
	family(b, "fake_webhook_requests_total", "counter", "Webhook requests by result.")
	for _, side := range s.sides() {
		t := &side.webhooks().tally
		refused := t.refused.Load()
		fmt.Fprintf(b, "fake_webhook_requests_total{api=%q,result=\"ok\"} %d\n", side.api(), t.attempts.Load()-refused)
		fmt.Fprintf(b, "fake_webhook_requests_total{api=%q,result=\"refused\"} %d\n", side.api(), refused)
	}
	family(b, "fake_webhook_backlog", "gauge", "Updates that wait to be sent.")
	for _, side := range s.sides() {
		fmt.Fprintf(b, "fake_webhook_backlog{api=%q} %d\n", side.api(), side.webhooks().backlog())
	}
}
