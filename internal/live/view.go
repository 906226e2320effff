package live

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"wabench/internal/load"
)

//go:embed templates assets
var files embed.FS

// view is what the template prints.
type view struct {
	Title, Run    string
	Begun, Done   bool
	Phase, Stage  string
	Percent       int
	At, Left      string
	Width, Height int
	Targets       []targetView
	Style         template.CSS
	Script        template.JS
}

// targetView is one target's part of the page.
type targetView struct {
	Name   string
	State  string
	Facts  []fact
	Charts []chart
}

// fact is a figure with its name; Mood colours what asks for attention.
type fact struct{ Name, Value, Mood string }

// view looks at the run as it is now.
func (p *Page) view() view {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.last
	v := view{
		Title: p.title, Run: p.run, Begun: s.Phase != "", Done: s.Phase == load.PhaseDone, Phase: s.Phase, Stage: s.Stage,
		At: seconds(s), Left: timeLeft(s), Width: chartWidth, Height: chartHeight,
	}
	if s.Total > 0 {
		v.Percent = int(100 * min(1, float64(s.At)/float64(s.Total)))
	}
	for _, t := range s.Targets {
		v.Targets = append(v.Targets, targetView{Name: t.Name, State: state(s.Phase, t), Facts: facts(t), Charts: charts(p.history[t.Name].points)})
	}
	return v
}

// state says whether a target is under load.
func state(phase string, t load.TargetSnapshot) string {
	switch {
	case moving(phase) && t.Active:
		return "under load"
	case moving(phase):
		return "waits for its turn"
	}
	return phase
}

// facts are a target's figures in words: rates and quantiles of the last
// interval, counts of the whole run.
func facts(t load.TargetSnapshot) []fact {
	list := []fact{
		{"throughput", rates(t), ""},
		{"p50", latency(t.P50), ""},
		{"p99", latency(t.P99), ""},
		{"in flight", fmt.Sprint(t.InFlight), ""},
		{"sent", fmt.Sprint(t.Sent), ""},
		{"failed", errorCount(t), mood(t.Failed, "bad")},
		{"throttled", fmt.Sprint(t.Throttled), mood(t.Throttled, "warn")},
		{"dropped", fmt.Sprint(t.Dropped), mood(t.Dropped, "warn")},
	}
	if t.Delivered+t.Pending > 0 {
		list = append(list, fact{"delivered", fmt.Sprintf("%d, %d to come", t.Delivered, t.Pending), ""})
	}
	return list
}

// mood is how a count looks that should be zero.
func mood(count int64, alarmed string) string {
	if count == 0 {
		return ""
	}
	return alarmed
}

// inside prints the part of the page that changes.
func (p *Page) inside() (string, error) {
	t, err := pageTemplate()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.ExecuteTemplate(&out, "inside", p.view())
	return out.String(), err
}

// serveView prints the page. Its policy allows its own style and script, and
// to ask this server for snapshots.
func (p *Page) serveView(w http.ResponseWriter, _ *http.Request) {
	style, script, err := assets()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	v := p.view()
	v.Style, v.Script = template.CSS(style), template.JS(script)
	t, err := pageTemplate()
	var out bytes.Buffer
	if err == nil {
		err = t.Execute(&out, v)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", fmt.Sprintf(
		"default-src 'none'; style-src %s; script-src %s; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", hash(style), hash(script)))
	_, _ = w.Write(out.Bytes())
}

// pageTemplate reads the page's template, once; "inside" is the part that
// changes.
var pageTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(files, "templates/live.html.tmpl")
})

// assets reads the page's style and script.
func assets() (style, script string, err error) {
	for name, text := range map[string]*string{"assets/live.css": &style, "assets/live.js": &script} {
		read, err := files.ReadFile(name)
		if err != nil {
			return "", "", fmt.Errorf("read the page's assets: %w", err)
		}
		*text = strings.TrimSpace(string(read))
	}
	return style, script, nil
}

// hash names a text in a content security policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
