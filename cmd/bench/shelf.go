package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"wabench/internal/compare"
	"wabench/reports"
	"wabench/results"
)

// shelf is the stored runs as web pages.
//
//	GET /                            the runs, newest first, and a form to compare two
//	GET /runs/ID/                    a run's report, built if it has none
//	GET /runs/ID/plots/NAME.png      a picture of it
//	GET /runs/ID/live                the report of what a run has written until now
//	GET /compare?base=RUN&head=RUN   the report of head, with the comparison; RUN is ID or ID#TARGET
type shelf struct {
	env  env
	dir  string
	root fs.FS // dir, with no way out of it
	mux  *http.ServeMux
	// building lets one report be built at a time: it may take a CPU from a run
	// under way.
	building sync.Mutex
}

// reportPolicy is for reports, whose own policy allows less. The sandbox keeps
// a page that was not made here from reading the others.
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts"

// stillness is after how long without a line in its files a run that has not
// ended is taken to be cut off: one that goes on writes every second in which
// anything happens.
const stillness = time.Minute

// still reports whether nothing was written to a run lately.
func (s *shelf) still(id string) bool {
	var last time.Time
	for _, name := range []string{results.FileRun, results.FileIntervals, results.FileEvents} {
		if info, err := fs.Stat(s.root, path.Join(id, name)); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return s.env.now().Sub(last) > stillness
}

// liveSeconds is how often the page of a run under way loads itself.
const liveSeconds = "5"

func newShelf(e env, dir string, root fs.FS) *shelf {
	s := &shelf{env: e, dir: dir, root: root, mux: http.NewServeMux()}
	s.mux.HandleFunc("GET /{$}", s.serveList)
	s.mux.HandleFunc("GET /runs/{id}/{$}", s.serveReport)
	s.mux.HandleFunc("GET /runs/{id}/live", s.serveLive)
	s.mux.HandleFunc("GET /runs/{id}/plots/{name}", s.servePlot)
	s.mux.HandleFunc("GET /compare", s.serveComparison)
	return s
}

// ServeHTTP implements http.Handler.
func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	s.mux.ServeHTTP(w, r)
}

// run returns the directory of the run that a request names; nil, and an
// answer, if there is none.
func (s *shelf) run(w http.ResponseWriter, r *http.Request) fs.FS {
	id := r.PathValue("id")
	if isRunID(id) {
		if info, err := fs.Stat(s.root, path.Join(id, results.FileRun)); err == nil && info.Mode().IsRegular() {
			if dir, err := fs.Sub(s.root, id); err == nil {
				return dir
			}
		}
	}
	http.NotFound(w, r)
	return nil
}

// isRunID reports whether a name is an id as runs have it, which can be no
// other path.
func isRunID(name string) bool {
	id, err := uuid.Parse(name)
	return err == nil && id.String() == name
}

func (s *shelf) serveReport(w http.ResponseWriter, r *http.Request) {
	dir := s.run(w, r)
	if dir == nil {
		return
	}
	text, err := fs.ReadFile(dir, results.FileReport)
	if err == nil {
		page(w, writeBytes(text))
		return
	}
	s.build(w, dir, func(doc *reports.Document) { page(w, doc.HTML) })
}

// serveLive rebuilds a report while its run goes on; of one that has ended it
// leads to the report.
func (s *shelf) serveLive(w http.ResponseWriter, r *http.Request) {
	dir := s.run(w, r)
	if dir == nil {
		return
	}
	text, err := fs.ReadFile(dir, results.FileRun)
	if err != nil {
		broken(w, err)
		return
	}
	run, err := results.DecodeRun(text)
	if err != nil {
		broken(w, err)
		return
	}
	if !run.Ended.IsZero() {
		http.Redirect(w, r, "./", http.StatusSeeOther)
		return
	}
	if !s.still(r.PathValue("id")) {
		w.Header().Set("Refresh", liveSeconds)
	}
	s.build(w, dir, func(doc *reports.Document) { page(w, doc.HTML) })
}

func (s *shelf) servePlot(w http.ResponseWriter, r *http.Request) {
	dir := s.run(w, r)
	if dir == nil {
		return
	}
	name, isPNG := strings.CutSuffix(r.PathValue("name"), ".png")
	file := path.Join(results.DirPlots, name+".png")
	if !isPNG || !fs.ValidPath(file) || strings.ContainsAny(name, `/\`) {
		http.NotFound(w, r)
		return
	}
	if text, err := fs.ReadFile(dir, file); err == nil {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(text)
		return
	}
	s.build(w, dir, func(doc *reports.Document) {
		for _, figure := range doc.Figures() {
			if figure.Name == name {
				send(w, "image/png", func(out io.Writer) error { return figure.PNG(out, plotScale) })
				return
			}
		}
		http.NotFound(w, r)
	})
}

// serveComparison does what bench compare does, and shows it on head's report.
func (s *shelf) serveComparison(w http.ResponseWriter, r *http.Request) {
	o := compareOptions{out: s.dir}
	for name, side := range map[string]*string{"base": &o.base, "head": &o.head} {
		id, target, _ := strings.Cut(r.URL.Query().Get(name), "#")
		if !isRunID(id) {
			http.Error(w, name+" is not the id of a run: pick one of the list", http.StatusBadRequest)
			return
		}
		if _, err := fs.Stat(s.root, path.Join(id, results.FileRun)); err != nil {
			http.NotFound(w, r)
			return
		}
		if *side = filepath.Join(s.dir, id); target != "" {
			*side += "#" + target
		}
	}
	s.building.Lock()
	defer s.building.Unlock()
	c, err := o.compared(s.env)
	if err != nil {
		broken(w, err)
		return
	}
	for _, d := range compare.Differs(c.base, c.head) {
		c.head.Record.Run.Notes = append(c.head.Record.Run.Notes, results.Note{
			Code: "not_comparable", Text: "base and head are not comparable: " + d, Advice: "compare runs of one plan",
		})
	}
	doc, err := reports.Build(c.head.Record)
	if err != nil {
		broken(w, err)
		return
	}
	page(w, doc.HTML)
}

// build builds a run's report and hands it on.
func (s *shelf) build(w http.ResponseWriter, dir fs.FS, show func(*reports.Document)) {
	s.building.Lock()
	defer s.building.Unlock()
	rec, err := results.Open(dir)
	if err != nil {
		broken(w, err)
		return
	}
	doc, err := reports.Build(rec)
	if err != nil {
		broken(w, err)
		return
	}
	show(doc)
}

// page sends a report.
func page(w http.ResponseWriter, write func(io.Writer) error) {
	w.Header().Set("Content-Security-Policy", reportPolicy)
	send(w, "text/html; charset=utf-8", write)
}

// send sends an answer whole, or what went wrong.
func send(w http.ResponseWriter, kind string, write func(io.Writer) error) {
	var out bytes.Buffer
	if err := write(&out); err != nil {
		broken(w, err)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(out.Bytes())
}

// broken says why there is no page: what was asked for does not go together, or
// the run cannot be read.
func broken(w http.ResponseWriter, err error) {
	code, text := http.StatusInternalServerError, err.Error()
	var exit *exitError
	if errors.As(err, &exit) && exit.code == exitUsage {
		code = http.StatusBadRequest
		if exit.hint != "" {
			text += "\nhint: " + exit.hint
		}
	}
	w.Header().Del("Refresh")
	http.Error(w, text, code)
}
