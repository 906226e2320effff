package fakeapi

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The lines of the text format, by its specification
// (prometheus.io/docs/instrumenting/exposition_formats).
var (
	helpLine   = regexp.MustCompile(`^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ([^\n\\]|\\\\|\\n)+$`)
	typeLine   = regexp.MustCompile(`^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$`)
	sampleLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\\\|\\"|\\n)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\\\|\\"|\\n)*")*\})? (\S+)$`)
)

// Every family has its help and type once and before its samples, which stand
// together; no sample is there twice; counters say so by their names.
func TestMetricsAreValid(t *testing.T) {
	c := startCloud(t, Options{})
	c.send(textTo("16505550001"))
	c.send(`{}`)
	c.do(http.MethodGet, "/v1/health", "")
	a := c.do(http.MethodGet, "/_fake/metrics", "")
	if kind := a.header.Get("Content-Type"); kind != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("the type is %s", kind)
	}
	text, whole := strings.CutSuffix(string(a.body), "\n")
	if !whole {
		t.Error("the last line has no end")
	}
	families, samples, family := map[string]bool{}, map[string]bool{}, ""
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if help := helpLine.FindStringSubmatch(lines[i]); help != nil {
			family = help[1]
			i++
			kind := typeLine.FindStringSubmatch(lines[i])
			if families[family] || kind == nil || kind[1] != family || (kind[2] == "counter") != strings.HasSuffix(family, "_total") {
				t.Errorf("family %s: %s", family, lines[i])
			}
			families[family] = true
			continue
		}
		sample := sampleLine.FindStringSubmatch(lines[i])
		if sample == nil || sample[1] != family || samples[sample[1]+sample[2]] {
			t.Errorf("in family %s: %q", family, lines[i])
			continue
		}
		samples[sample[1]+sample[2]] = true
		if _, err := strconv.ParseFloat(sample[len(sample)-1], 64); err != nil {
			t.Errorf("%q: %v", lines[i], err)
		}
	}
	if len(families) < 8 || len(samples) < 20 {
		t.Errorf("%d families and %d samples in\n%s", len(families), len(samples), text)
	}
}
