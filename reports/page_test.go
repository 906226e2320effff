package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wabench/results"
)

// pageOf renders a document's page.
func pageOf(t *testing.T, d *Document) string {
	t.Helper()
	var out bytes.Buffer
	if err := d.HTML(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// voids are the elements without an end tag.
var voids = map[string]bool{"meta": true, "br": true, "hr": true, "img": true, "link": true, "input": true}

// walk calls f for every start tag with the text right after it, and fails the
// test where tags do not nest.
func walk(t *testing.T, page string, f func(html.Token, string)) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	var open []string
	var last *html.Token
	for {
		kind := z.Next()
		token := z.Token()
		if last != nil {
			text := ""
			if kind == html.TextToken {
				text = token.Data
			}
			f(*last, text)
			last = nil
		}
		switch kind {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) || len(open) > 0 {
				t.Fatalf("the page ends with %v open: %v", open, z.Err())
			}
			return
		case html.StartTagToken:
			last = &token
			if !voids[token.Data] {
				open = append(open, token.Data)
			}
		case html.SelfClosingTagToken:
			last = &token
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func attribute(token html.Token, key string) string {
	for _, a := range token.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// standsAlone checks a page as a browser would: it nests, loads nothing, has no
// inline style or handler, links only to anchors it has, and its policy names
// exactly its own style and scripts.
func standsAlone(t *testing.T, d *Document) {
	t.Helper()
	policy, ids := "", map[string]int{}
	var links []string
	hashes := map[string]string{}
	walk(t, pageOf(t, d), func(token html.Token, text string) {
		for _, a := range token.Attr {
			switch {
			case a.Key == "src" || a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.Contains(a.Key, ":"):
				t.Errorf("<%s> has %s=%q", token.Data, a.Key, a.Val)
			case a.Key == "href":
				links = append(links, a.Val)
			case a.Key == "id":
				ids[a.Val]++
			}
		}
		if attribute(token, "http-equiv") == "Content-Security-Policy" {
			policy = attribute(token, "content")
		}
		if token.Data == "style" || token.Data == "script" && attribute(token, "type") == "" {
			hashes[token.Data] += " " + hash(text)
		}
	})
	want := "default-src 'none'; style-src" + hashes["style"] + "; script-src" + hashes["script"] + "; img-src data:; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("the policy is\n%s\nwant\n%s", policy, want)
	}
	for _, link := range links {
		if anchor, ok := strings.CutPrefix(link, "#"); !ok || ids[anchor] != 1 {
			t.Errorf("link to %q, of which there are %d", link, ids[anchor])
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q is there %d times", id, n)
		}
	}
}

func TestHashIsTheBrowsers(t *testing.T) {
	// The empty script's hash is widely published.
	if got, want := hash(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Tables say what they are and which cells head what.
func tablesAreAccessible(t *testing.T, d *Document) {
	tables, captions, columns, rows := 0, 0, 0, 0
	walk(t, pageOf(t, d), func(token html.Token, text string) {
		switch {
		case token.Data == "table":
			tables++
		case token.Data == "caption" && text != "":
			captions++
		case attribute(token, "scope") == "col":
			columns++
		case attribute(token, "scope") == "row":
			rows++
		case token.Data == "svg" && (attribute(token, "role") != "img" || attribute(token, "aria-labelledby") == ""):
			t.Errorf("an svg has no role or no name: %v", token.Attr)
		}
	})
	if tables == 0 || captions != tables || columns < 3*tables/2 || rows < tables {
		t.Errorf("%d tables have %d captions, %d column and %d row headers", tables, captions, columns, rows)
	}
}

// The numbers in the page are the figures, readable as JSON, and every chart
// the script looks for is there.
func pageHoldsNumbers(t *testing.T, d *Document) {
	var got []Figure
	charts := map[string]bool{}
	walk(t, pageOf(t, d), func(token html.Token, text string) {
		if attribute(token, "id") == "figures" {
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatal(err)
			}
		}
		if token.Data == "figure" {
			charts[attribute(token, "id")] = true
		}
	})
	n := 0
	for _, f := range d.Figures() {
		if !charts["chart-"+f.Name] {
			t.Errorf("the page has no chart of %s", f.Name)
		}
		if !f.interactive() {
			continue
		}
		if n >= len(got) || got[n].Name != f.Name || len(got[n].Panels) != len(f.Panels) || got[n].Panels[0].Height == 0 {
			t.Fatalf("figure %d of the page's numbers is not %s with its panels", n, f.Name)
		}
		n++
	}
	if n != len(got) {
		t.Errorf("the page has %d figures, want %d", len(got), n)
	}
}

// oneValueForEachPlace: two values of one series at one place would be one in
// the page's script.
func oneValueForEachPlace(t *testing.T, d *Document) {
	t.Helper()
	for _, f := range d.Figures() {
		for _, p := range f.Panels {
			for _, s := range p.Series {
				for i := 1; i < len(s.X) && f.interactive(); i++ {
					if s.X[i] <= s.X[i-1] {
						t.Fatalf("%s, %s: %g follows %g", f.Name, s.Name, s.X[i], s.X[i-1])
					}
				}
			}
		}
	}
}

// hostile is what a name must not be able to do in any medium.
const hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'`|@everyone\x1b[31m\u202e\nnext ]]>"

func hostileRun(t *testing.T) *results.Record {
	rec := simulation{order: "sequential", targets: []string{"onprem", hostile}, stages: steps(10, 20, 50, 5e9), block: 5e9, seconds: 15}.record(t)
	compareTargets(t, rec, "onprem", hostile)
	rec.Run.Scenario.Name, rec.Run.ID, rec.Run.Environment.Command, rec.Run.Environment.Host = hostile, hostile, hostile, hostile
	rec.Run.Generator.Reasons, rec.Run.Generator.Verdict = []string{hostile}, results.Degraded
	rec.Run.Targets[hostile].Fake, rec.Run.Targets[hostile].URL = hostile, "javascript:alert(1)//"+hostile
	rec.Run.Targets[hostile].Ops["send"].Codes = map[string]int64{hostile: 3}
	rec.Run.Gates = []results.Gate{{Rule: hostile, Target: hostile, Verdict: results.Fail, Observed: hostile, Detail: hostile}}
	rec.Run.Notes = []results.Note{{Code: hostile, Text: hostile, Advice: hostile}}
	rec.Run.Plan.Stages[0].Label = hostile
	rec.Run.Comparison.Deltas[0].Metric, rec.Run.Comparison.Method = hostile, hostile
	rec.Events = []results.Event{{Kind: "fault", Target: hostile, At: 16e9, End: 20e9, Text: hostile}, {Kind: hostile, Text: hostile, Class: hostile}}
	return rec
}

func TestHostileNamesStayText(t *testing.T) {
	t.Parallel()
	d := build(t, hostileRun(t))
	t.Run("page", func(t *testing.T) { hostilePage(t, d) })
	t.Run("elsewhere", func(t *testing.T) { hostileElsewhere(t, d) })
}

func hostilePage(t *testing.T, d *Document) {
	scripts := 0
	walk(t, pageOf(t, d), func(token html.Token, _ string) {
		if token.Data == "img" {
			t.Error("an image got into the page")
		}
		if token.Data == "script" {
			scripts++
		}
		for _, a := range token.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("<%s> has %s=%q", token.Data, a.Key, a.Val)
			}
		}
	})
	if scripts != 3 {
		t.Errorf("the page has %d scripts, want the numbers, the library and its own", scripts)
	}
}

func hostileElsewhere(t *testing.T, d *Document) {
	var text, summary, junit bytes.Buffer
	if err := errors.Join(d.Text(&text, TextOptions{Path: hostile}), d.Summary(&summary), d.JUnit(&junit)); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(text.String(), "\x1b\u202e") {
		t.Error("an escape reached the terminal")
	}
	for _, bad := range []string{"<script", "<img", "@everyone", "\u202e"} {
		if strings.Contains(summary.String(), bad) {
			t.Errorf("%q reached the Markdown", bad)
		}
	}
	for _, line := range strings.Split(summary.String(), "\n") {
		if strings.HasPrefix(line, "next") {
			t.Errorf("a name broke its line: %s", line)
		}
	}
	if strings.Contains(junit.String(), "<script") || strings.Contains(junit.String(), "\x1b") {
		t.Error("a name reached the JUnit XML raw")
	}
	for _, f := range d.Figures() {
		var svg bytes.Buffer
		if err := f.SVG(&svg); err != nil || strings.Contains(svg.String(), "<script") || strings.Contains(svg.String(), "<img") {
			t.Errorf("%s: a name reached the drawing raw (%v)", f.Name, err)
		}
	}
}
