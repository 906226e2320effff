package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed templates assets
var files embed.FS

// page is what the template prints.
type page struct {
	Policy   string
	Title    string
	Verdict  string
	Mood     Mood
	Mark     string
	Answer   string
	Tested   string
	Cautions []Caution
	Sections []pageSection
	Footer   string
	Style    template.CSS
	Data     template.JS
	Library  template.JS
	Script   template.JS
}

// pageSection is a section with its figures drawn.
type pageSection struct {
	ID, Title, Code string
	Text            []string
	Charts          []pageChart
	Tables          []pageTable
}

// pageChart is a figure as an element of the page.
type pageChart struct {
	Name string
	SVG  template.HTML
}

// pageTable is a table whose cells know their looks.
type pageTable struct {
	Caption string
	Columns []Column
	Rows    [][]pageCell
}

type pageCell struct {
	Text, Sub, Class, Link string
	Heads                  bool
}

// HTML prints the report as one page that loads nothing: styles, drawings and
// numbers are in it, and its policy forbids everything else. It is complete
// without scripts; they add hover and zoom.
func (d *Document) HTML(w io.Writer) error {
	p := page{
		Title: d.Title, Mood: gateMood(d.Verdict), Mark: mark(d.Verdict), Answer: d.Answer, Tested: d.Tested, Cautions: d.Cautions,
		Footer: fmt.Sprintf("Run %s, plan %s, seed %d. Durations are durations of the run's own clocks; shares and rates leave out warm-up unless they say otherwise.",
			tidy(d.run.ID), tidy(d.run.Plan.SHA256), d.run.Plan.Seed),
	}
	if d.footer != "" {
		p.Footer = d.footer
	}
	if d.Verdict != "" {
		p.Verdict = verdictTitle(d.Verdict)
	}
	s := newSheet("s")
	for _, section := range d.Sections {
		p.Sections = append(p.Sections, d.pageSection(section, s))
	}
	if err := p.fill(d.figures, s); err != nil {
		return err
	}
	t, err := template.ParseFS(files, "templates/report.html.tmpl")
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// pageSection draws a section's figures and dresses its tables.
func (d *Document) pageSection(s Section, styles *sheet) pageSection {
	out := pageSection{ID: s.ID, Title: s.Title, Code: s.Code, Text: s.Text}
	for _, name := range s.Figures {
		if f, ok := d.figure(name); ok {
			// The drawing escapes every text it writes.
			out.Charts = append(out.Charts, pageChart{Name: name, SVG: template.HTML(f.inline(styles))})
		}
	}
	for _, t := range s.Tables {
		out.Tables = append(out.Tables, dress(t))
	}
	return out
}

// dress gives a table's cells their classes.
func dress(t Table) pageTable {
	out := pageTable{Caption: t.Caption, Columns: t.Columns}
	for _, cells := range t.Rows {
		dressed := make([]pageCell, len(cells))
		for i, c := range cells {
			class := string(c.Mood)
			if t.Columns[i].Numeric {
				class = strings.TrimSpace("number " + class)
			}
			dressed[i] = pageCell{Text: c.Text, Sub: c.Sub, Link: c.Link, Class: class, Heads: i == 0}
		}
		out.Rows = append(out.Rows, dressed)
	}
	return out
}

// fill adds style sheet, scripts and numbers, and the policy that allows just
// these by their hashes.
func (p *page) fill(figures []Figure, s *sheet) error {
	var alive []Figure
	for _, f := range figures {
		if f.interactive() {
			alive = append(alive, f.fitted())
		}
	}
	// Marshal escapes <, > and &, so no name can end the element it stands in.
	data, err := json.Marshal(alive)
	if err != nil {
		return fmt.Errorf("write the figures' numbers: %w", err)
	}
	if len(alive) == 0 {
		data = []byte("[]")
	}
	p.Data = template.JS(data)
	texts := map[string]string{}
	for _, name := range []string{"report.css", "uPlot.min.css", "uPlot.iife.min.js", "report.js"} {
		text, err := files.ReadFile("assets/" + name)
		if err != nil {
			return fmt.Errorf("read the page's assets: %w", err)
		}
		texts[name] = strings.TrimSpace(string(text))
	}
	style := variables() + texts["uPlot.min.css"] + "\n" + texts["report.css"] + "\n" + s.String()
	p.Style, p.Library, p.Script = template.CSS(style), template.JS(texts["uPlot.iife.min.js"]), template.JS(texts["report.js"])
	p.Policy = fmt.Sprintf("default-src 'none'; style-src %s; script-src %s %s; img-src data:; base-uri 'none'; form-action 'none'",
		hash(style), hash(texts["uPlot.iife.min.js"]), hash(texts["report.js"]))
	return nil
}

// hash names a text in a content security policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// variables are the tones of light and of dark paper as style variables.
func variables() string {
	var light, dark strings.Builder
	for _, name := range toneNames {
		fmt.Fprintf(&light, "--%s:#%06x;", name, tones[name].light)
		fmt.Fprintf(&dark, "--%s:#%06x;", name, tones[name].dark)
	}
	return ":root{" + light.String() + "}\n@media screen and (prefers-color-scheme:dark){:root{" + dark.String() + "}}\n"
}
