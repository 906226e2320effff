package fakeapi

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestShippedProfiles(t *testing.T) {
	names := Profiles()
	for _, want := range []string{"instant", "cloud-standard", "cloud-high", "cloud-coexistence", "cloud-strict"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing in %v", want, names)
		}
	}
	for _, name := range names {
		p, err := LoadProfile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if p.Name != name || p.Description == "" {
			t.Errorf("profile %s calls itself %q and says %q", name, p.Name, p.Description)
		}
	}
}

// The figures of platform notes 9.1.
func TestCloudLevels(t *testing.T) {
	for name, want := range map[string]float64{"cloud-standard": 80, "cloud-high": 1000, "cloud-coexistence": 20} {
		p, err := LoadProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := p.Cloud
		if float64(c.Throughput) != want || c.Accept != Lognormal(330*time.Millisecond, 0.35, 60*time.Millisecond) ||
			c.Pair != (PairLimit{Burst: 45, Every: 6 * time.Second, Debt: true}) || c.ServiceWindow != 0 || c.Webhooks.Retry.GiveUp != 7*24*time.Hour {
			t.Errorf("%s is %+v", name, c)
		}
	}
}

func TestProfileFile(t *testing.T) {
	src := "name: mine\ndescription: d\nextends: cloud-high\ncloud: {throttle_status: 429, delivery: {read: 10%}}\npeople: [{prefix: \"49\", share: 5%, is: offline, for: 1h}]\n"
	files := fstest.MapFS{"mine.yaml": {Data: []byte(src)}}
	p, err := ReadProfile(files, "mine.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if p.Cloud.Throughput != 1000 || p.Cloud.ThrottleStatus != 429 || p.Cloud.Delivery.Read != 0.1 || p.Cloud.Delivery.Offline != 0.05 {
		t.Errorf("profile is %+v", p.Cloud)
	}
	if want := (Person{Prefix: "49", Share: 0.05, Is: Offline, For: time.Hour}); p.People[0] != want {
		t.Errorf("people are %+v", p.People)
	}
}

func TestProfilesThatCannotBe(t *testing.T) {
	for src, want := range map[string]string{
		"clowd: {}":                       "clowd",
		"extends: nothing":                "nothing",
		"apis: [sms]":                     "sms",
		"apis: []":                        "apis",
		"ledger: 0":                       "ledger",
		"cloud: {throttle_status: 418}":   "throttle_status",
		"cloud: {accept: {model: dance}}": "dance",
		"cloud: {accept: {model: constant, value: -1s}}":   "value",
		"cloud: {throughput: 80}":                          "throughput",
		"cloud: {pair: {burst: 1, every: 0s}}":             "pair",
		"cloud: {delivery: {read: 120%}}":                  "read",
		"cloud: {webhooks: {concurrency: 0}}":              "concurrency",
		"cloud: {webhooks: {retry: {compress: 0}}}":        "compress",
		"people: [{prefix: \"1\", share: 1%, is: nobody}]": "nobody",
	} {
		if p, err := ParseProfile("x.yaml", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v", src, p, err)
		}
	}
	if _, err := ReadProfile(fstest.MapFS{}, "no-such-profile"); err == nil || !strings.Contains(err.Error(), "cloud-standard") {
		t.Errorf("unknown profile: %v", err)
	}
}
