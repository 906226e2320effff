package main

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// loopback is where pages are served for this machine alone.
const loopback = "127.0.0.1"

// webOptions say where pages are served; flag is the one that said so.
type webOptions struct {
	flag, address string
	public        bool // also to other machines
}

// web is a web server beside a command's work.
type web struct {
	URL      string
	listener net.Listener
	server   http.Server
	serving  sync.WaitGroup
}

// openWeb listens. An address that other machines can reach is refused unless
// the options are public.
func openWeb(o webOptions) (*web, error) {
	host, port, err := net.SplitHostPort(o.address)
	if err != nil {
		return nil, usageError("write "+o.flag+" "+loopback+":0 for any free port", "%s %q is not HOST:PORT", o.flag, o.address)
	}
	if host == "localhost" {
		host = loopback
	}
	if ip, err := netip.ParseAddr(host); !o.public && (err != nil || !ip.IsLoopback()) {
		return nil, usageError("write "+o.flag+" "+net.JoinHostPort(loopback, port)+", or add --public to show the pages to every machine that can reach this one",
			"%s %q can be reached from other machines", o.flag, o.address)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, failure("choose another address with "+o.flag, err)
	}
	w := &web{URL: "http://" + reachable(listener.Addr()) + "/", listener: listener}
	w.server.ReadHeaderTimeout, w.server.IdleTimeout = 10*time.Second, time.Minute
	w.server.MaxHeaderBytes = 64 << 10
	return w, nil
}

// reachable is an address that a browser on this machine can open.
func reachable(addr net.Addr) string {
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil || !at.Addr().IsUnspecified() {
		return addr.String()
	}
	return netip.AddrPortFrom(netip.MustParseAddr(loopback), at.Port()).String()
}

// serve answers requests until close.
func (w *web) serve(pages http.Handler, o webOptions) {
	w.server.Handler = guard(pages, o.public)
	w.serving.Go(func() { _ = w.server.Serve(w.listener) }) // ends by close; a page that breaks ends no run
}

// close lets the answers under way end, for a moment, and cuts off the rest.
func (w *web) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if w.server.Shutdown(ctx) != nil {
		_ = w.server.Close()
	}
	_ = w.listener.Close() // in case it never served
	w.serving.Wait()
}

// guard sets what every page has in common, and refuses requests that a page
// of somebody else made a browser send by naming this machine in its own DNS:
// those carry that page's name as their host.
func guard(pages http.Handler, public bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !public && !local(r.Host) {
			http.Error(w, "this address is for this machine alone", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'") // pages that need more say so
		pages.ServeHTTP(w, r)
	})
}

// local reports whether a request's host is this machine by a name that no DNS
// decides on.
func local(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip, err := netip.ParseAddr(cmp.Or(host, "-"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}
