package fakeapi

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

func TestHealth(t *testing.T) {
	one := newOnPremDesk(t, "onprem-1-shard", atOnce)
	if got := string(one.expect("GET", "/v1/health", "", 200, 0).Health); got != `{"gateway_status":"connected"}` {
		t.Errorf("one node: %s", got)
	}
	one.fake.onprem.account.register(false)
	if got := string(one.expect("GET", "/v1/health", "", 200, 0).Health); got != `{"gateway_status":"unregistered"}` {
		t.Errorf("one node, not registered: %s", got)
	}
	two := newOnPremDesk(t, "onprem-2-shards", atOnce)
	if _, err := two.fake.Inject(Fault{Kind: ShardDown, API: whatsapp.OnPrem, Shard: 2}); err != nil {
		t.Fatal(err)
	}
	var got map[string]map[string]string
	if err := json.Unmarshal(two.expect("GET", "/v1/health", "", 200, 0).Health, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{
		"master-1:master-1":   {"gateway_status": "connected", "role": "primary_master"},
		"master-2:master-2":   {"gateway_status": "connected", "role": "secondary_master"},
		"coreapp-1:coreapp-1": {"gateway_status": "connected", "role": "coreapp"},
		"coreapp-2:coreapp-2": {"gateway_status": "disconnected", "role": "coreapp"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
}

func TestMonitoringWithAnAPIKey(t *testing.T) {
	d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) { atOnce(p); p.APIKey = "0123456789ab" })
	for authorization, want := range map[string]int{"Apikey 0123456789ab": 200, "Apikey other": 401, "Apikey ": 401, "": 401} {
		for _, path := range []string{"/v1/health", "/v1/stats/app", "/v1/stats/db", "/v1/metrics"} {
			if got, _ := d.do("GET", path, "", "Authorization", authorization); got != want {
				t.Errorf("%s with %q: HTTP %d, want %d", path, authorization, got, want)
			}
		}
	}
	if got, _ := d.do("POST", "/v1/messages", "{}", "Authorization", "Apikey 0123456789ab"); got != 401 {
		t.Errorf("a message with the API key: HTTP %d, want 401", got)
	}
	without := newOnPremDesk(t, "instant", nil)
	if got, _ := without.do("GET", "/v1/health", "", "Authorization", "Apikey "); got != 401 {
		t.Errorf("no key where there is none: HTTP %d, want 401", got)
	}
}

func TestStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		d.burst(10)
		synctest.Wait() // until they have joined their queues
		var stats struct {
			App map[string]onPremGauge `json:"app"`
			DB  map[string]onPremGauge `json:"db"`
		}
		for _, path := range []string{"/v1/stats/app", "/v1/stats/db"} {
			if err := json.Unmarshal(d.expect("GET", path, "", 200, 0).Stats, &stats); err != nil {
				t.Fatal(err)
			}
		}
		for name, want := range map[string]float64{"pending_jobs": 10, "callback_queue_size": 0} {
			if got := stats.App[name].Data[0].Value; got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		if got := stats.App["pending_messages"].Data; len(got) != 2 || got[0].Value+got[1].Value != 10 {
			t.Errorf("pending by shard: %v", got)
		}
		if got := stats.DB["messages_table_rows"].Data[0].Value; got != 10 {
			t.Errorf("%v messages in the store", got)
		}
	})
}

// The names of the documentation are there, in both formats.
func TestMetricNames(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	d.text(1)
	d.expect("POST", "/v1/messages", "{}", 400, 1008)
	text := string(d.exchange(d.request("GET", "/v1/metrics?format=prometheus", "")).Body)
	metrics := map[string]onPremGauge{}
	if err := json.Unmarshal(d.expect("GET", "/v1/metrics", "", 200, 0).Metrics, &metrics); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"web_uptime", "web_connections", "web_pending_connections", "web_max_pending_connections", "web_queue_len",
		"web_idle_processes", "web_total_processes", "web_requests", "api_requests_duration_ms_sum", "api_requests_duration_ms_count",
	} {
		if _, found := metrics[name]; !found || !strings.Contains(text, "# TYPE "+name+" ") {
			t.Errorf("%s is missing", name)
		}
	}
	for _, line := range []string{
		`api_requests_duration_ms_count{method="POST_v1_messages",node="webapp",result="ok"} 1`,
		`api_requests_duration_ms_count{method="POST_v1_messages",node="webapp",result="error"} 1`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
	app := string(d.exchange(d.request("GET", "/v1/stats/app?format=prometheus", "")).Body)
	for _, name := range []string{"callback_queue_size", "callback_requests", "endpoint_requests", "pending_jobs"} {
		if !strings.Contains(app, "# HELP "+name+" ") {
			t.Errorf("%s is missing", name)
		}
	}
}
