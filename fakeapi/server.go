package fakeapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/whatsapp"
)

// Server is a running fake of both APIs.
type Server struct {
	// URL is where it answers, without a slash at the end. A server that does
	// not listen has one too; only its Client can reach it.
	URL string

	options       Options
	seed          uint64
	start         time.Time
	live          atomic.Pointer[Profile] // replaced whole, never changed
	agenda        *agenda
	faults        *faultTable
	arrivals      *arrivalLog
	counters      counters
	requests      atomic.Int64
	cloud         *cloudSide
	onprem        *onPremSide
	webhookClient *http.Client
	hookSettings  hookSettings

	http     *http.Server
	identity *identity // of TLS, nil without
	closing  chan struct{}
	stop     context.CancelFunc
	life     context.Context // of the goroutines that spawn starts; ended by stop

	mu     sync.Mutex // guards closed, and adding to work against waiting for it
	closed bool
	work   sync.WaitGroup
}

// Open starts a fake as options say. The caller closes it; a test has New for that.
func Open(options Options) (*Server, error) {
	options = options.withDefaults()
	profile, err := options.profile()
	if err != nil {
		return nil, err
	}
	options = options.settled(profile.Accounts)
	s := &Server{
		options: options, seed: options.Seed, start: time.Now(), closing: make(chan struct{}),
		arrivals: newArrivalLog(), webhookClient: options.webhookClient(),
	}
	s.live.Store(profile)
	s.hookSettings.set(options)
	s.agenda = newAgenda(s.start)
	s.faults = newFaultTable(s)
	s.cloud, s.onprem = newCloudSide(s), newOnPremSide(s)
	s.life, s.stop = context.WithCancel(context.Background())
	s.spawn(s.agenda.loop)
	err = s.listen()
	if err == nil {
		err = s.verify(s.life, options.Webhook, options.VerifyToken)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// listen opens the socket, if there is to be one.
func (s *Server) listen() error {
	if s.options.TLS {
		identity, err := newIdentity(s.start, s.options.TLSNames)
		if err != nil {
			return fmt.Errorf("fake: make a certificate: %w", err)
		}
		s.identity = identity
	}
	if s.options.Listen == NoListener {
		s.URL = "http://" + inProcessHost
		return nil
	}
	l, err := net.Listen("tcp", s.options.Listen)
	if err != nil {
		return fmt.Errorf("fake: %w", err)
	}
	s.URL = "http://" + l.Addr().String()
	s.http = s.host()
	serve := func(context.Context) { _ = s.http.Serve(s.wires(l)) }
	if s.identity != nil {
		s.URL = "https://" + l.Addr().String()
		s.http.TLSConfig = s.identity.config()
		serve = func(context.Context) { _ = s.http.ServeTLS(l, "", "") }
	}
	s.spawn(serve)
	return nil
}

// host is how net/http serves the fake.
func (s *Server) host() *http.Server {
	return &http.Server{
		Handler: s, ReadHeaderTimeout: messageWithin, IdleTimeout: 5 * time.Minute, ErrorLog: faultLog(), ConnContext: withWire,
	}
}

// Close stops the server, its open requests and its webhooks, and waits until
// all of that has ended.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	close(s.closing)
	s.mu.Unlock()
	s.stop()
	if s.http != nil {
		_ = s.http.Close()
	}
	s.work.Wait()
	s.webhookClient.CloseIdleConnections()
}

// spawn runs f on a goroutine that Close ends and waits for. It reports false
// if the server is closed.
func (s *Server) spawn(f func(ctx context.Context)) bool {
	return s.spawnRequest(func() { f(s.life) })
}

func (s *Server) spawnRequest(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.work.Go(f)
	return true
}

// scheme is http or https.
func (s *Server) scheme() string {
	scheme, _, _ := strings.Cut(s.URL, ":")
	return scheme
}

// sides returns both APIs.
func (s *Server) sides() [2]side { return [2]side{s.cloud, s.onprem} }

// sideOf returns the side of an API; empty is the first of the profile's.
func (s *Server) sideOf(api whatsapp.API) (side, error) {
	if api == "" {
		api = s.profile().APIs[0]
	}
	for _, side := range s.sides() {
		if side.api() == api {
			return side, nil
		}
	}
	return nil, fmt.Errorf("%q is neither cloud nor onprem", api)
}

// profile returns the profile in force. It must not be changed.
func (s *Server) profile() *Profile { return s.live.Load() }

// Handler returns the server as a handler, to mount it elsewhere.
func (s *Server) Handler() http.Handler { return s }

// ServeHTTP answers a request: /_fake/ leads to the control routes, /v1/ to
// On-Premises and everything else to the Cloud API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if path == "/_fake" || strings.HasPrefix(path, "/_fake/") {
		s.control(w, r)
		return
	}
	var side side = s.cloud
	if path == "/v1" || strings.HasPrefix(path, "/v1/") {
		side = s.onprem
	}
	now := time.Now()
	x := exchange{server: s, side: side, w: w, r: r, wire: wireOf(r), arrived: now, forced: readForced(r.Header)}
	x.n = s.requests.Add(1) - 1
	x.record = s.arrivals.add(now.Sub(s.start), side.api())
	x.bind()
	x.serve()
}

// Reset goes back to the beginning: no messages, no faults, no webhooks under
// way; the profile as it was given.
func (s *Server) Reset() error {
	profile, err := s.options.profile()
	if err != nil {
		return errors.Join(errors.New("fake: reset"), err)
	}
	s.Clear("")
	s.agenda.clear()
	for _, side := range s.sides() {
		side.webhooks().clear()
		side.messages().clear()
		side.reset()
	}
	s.live.Store(profile)
	s.hookSettings.set(s.options)
	s.arrivals.clear()
	s.counters.clear()
	s.requests.Store(0)
	return nil
}
