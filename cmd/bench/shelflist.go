package main

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"time"

	"wabench/internal/units"
)

// shelfStyle is the style of the list of runs.
const shelfStyle = `:root{color-scheme:light dark}
body{max-width:1120px;margin:0 auto;padding:20px;font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 12px 5px 0;border-bottom:1px solid #8884;text-align:left;vertical-align:top}
form{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:end;margin:16px 0}
select{max-width:26em}`

// shelfPage lists the runs. It needs no script: the form is a plain one.
var shelfPage = template.Must(template.New("shelf").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runs</title>
<style>{{.Style}}</style>
</head>
<body>
<h1>Runs</h1>
{{- if .Sides}}
<form action="/compare" method="get">
{{- range $name := .Names}}
<label>{{$name}} <select name="{{$name}}">{{range $.Sides}}<option value="{{.Value}}">{{.Text}}</option>{{end}}</select></label>
{{- end}}
<button>Compare</button>
</form>
{{- end}}
{{- if not .Rows}}<p>There are no runs here yet; try <code>bench run quickstart</code>.</p>{{else}}
<table>
<thead><tr><th>scenario</th><th>started</th><th>length</th><th>targets</th><th>verdict</th><th>run</th></tr></thead>
<tbody>
{{- range .Rows}}
{{- if .Problem}}
<tr><td colspan="5">unreadable: {{.Problem}}</td><td>{{.ID}}</td></tr>
{{- else}}
<tr><td><a href="/runs/{{.ID}}/">{{.Scenario}}</a></td><td>{{.When}}</td><td>{{.Lasted}}</td><td>{{range $i, $t := .Targets}}{{if $i}}, {{end}}{{$t}}{{end}}</td>
<td>{{if not .Unended}}{{.Verdict}}{{else if .Cut}}cut off{{else}}<a href="/runs/{{.ID}}/live">under way</a>{{end}}</td><td>{{.ID}}</td></tr>
{{- end}}
{{- end}}
</tbody>
</table>
{{- end}}
</body>
</html>
`))

// shelfRow is a run of the list.
type shelfRow struct {
	storedRun
	When, Lasted string
	Unended, Cut bool
}

// shelfSide is one target of a run, to be compared.
type shelfSide struct{ Value, Text string }

func (s *shelf) serveList(w http.ResponseWriter, _ *http.Request) {
	runs, err := storedRuns(s.env, s.dir)
	if err != nil {
		broken(w, err)
		return
	}
	list := struct {
		Style template.CSS
		Names []string
		Rows  []shelfRow
		Sides []shelfSide
	}{Style: shelfStyle, Names: []string{"base", "head"}}
	for _, run := range runs {
		row := shelfRow{storedRun: run, When: run.Started.UTC().Format(time.DateTime), Lasted: units.FormatDuration(run.Length), Unended: run.Length == 0}
		row.Cut = row.Unended && s.still(run.ID)
		list.Rows = append(list.Rows, row)
		for _, target := range run.Targets {
			list.Sides = append(list.Sides, shelfSide{run.ID + "#" + target, run.Scenario + " " + row.When + " " + target})
		}
	}
	sum := sha256.Sum256([]byte(shelfStyle))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	send(w, "text/html; charset=utf-8", func(out io.Writer) error { return shelfPage.Execute(out, list) })
}
