package main

import (
	"wabench/internal/live"
	"wabench/internal/load"
)

// livePage is the page that --live serves; nil without it.
type livePage struct {
	web     *web
	options webOptions
	page    *live.Page // nil until it is served
}

// openLive takes the address of --live, before anything is sent.
func openLive(o runOptions) (*livePage, error) {
	if o.live == "" {
		return nil, nil
	}
	options := webOptions{flag: "--live", address: o.live, public: o.public}
	w, err := openWeb(options)
	if err != nil {
		return nil, err
	}
	return &livePage{web: w, options: options}, nil
}

// serve shows a run from now on. It returns who is to be told its snapshots.
func (l *livePage) serve(e env, scenario, run string) []load.Observer {
	if l == nil {
		return nil
	}
	l.page = live.NewPage(scenario, run)
	l.web.serve(l.page, l.options)
	say(e.stderr, e.quiet(), "bench: live page at %s", l.web.URL)
	return []load.Observer{l.page}
}

// close ends the page; again is harmless.
func (l *livePage) close() {
	if l == nil {
		return
	}
	if l.page != nil {
		l.page.Close()
	}
	l.web.close()
}
