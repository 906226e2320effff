package fakeapi

import (
	"bytes"
	"cmp"
	"io/fs"
	"log"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"

	"wabench/internal/whatsapp"
)

// Options say what a fake is to be. The zero Options are a fake of both APIs
// that answers at once, listening on a free port of this machine.
type Options struct {
	// Profile is the name of a shipped profile or of a file in Files; empty means
	// instant. Behaviour, if not nil, is used instead.
	Profile   string
	Files     fs.FS
	Behaviour *Profile
	// Seed decides all that is left to chance.
	Seed uint64
	// Listen is the address, as 127.0.0.1:0, or NoListener.
	Listen string
	// TLS serves HTTPS with a certificate of the server's own authority, for
	// localhost, its addresses, graph.facebook.com and the TLSNames: hosts that a
	// client insists on and that lead here by a host file or a resolver of its own.
	TLS      bool
	TLSNames []string

	// Token, PhoneNumberID, WABAID and AppSecret are the Cloud API's
	// credentials and names; Username and Password those of On-Premises. Empty
	// ones have fixed values that Info tells.
	Token, PhoneNumberID, WABAID, AppSecret string
	Username, Password                      string
	// Numbers are further business numbers of the Cloud API, beside those that a
	// profile's accounts have.
	Numbers []Number

	// Webhook is where webhooks go; empty is nowhere. VerifyToken, if set, is
	// used to check the receiver before it is accepted.
	Webhook, VerifyToken string
	// WebhookClient sends them; nil is a client of the server's own.
	WebhookClient *http.Client

	// AllowRemote opens the control routes to other machines and origins.
	AllowRemote bool

	accounts []Account // of the profile
}

// NoListener as Options.Listen is a server without a socket.
const NoListener = "none"

// inProcessHost is the host of a server without a socket; the name is reserved
// and never resolves.
const inProcessHost = "fake.invalid"

func (o Options) withDefaults() Options {
	o.Profile = cmp.Or(o.Profile, "instant")
	o.Listen = cmp.Or(o.Listen, "127.0.0.1:0")
	o.Token = cmp.Or(o.Token, "EAAfakeTokenOfTheFakePlatform")
	o.AppSecret = cmp.Or(o.AppSecret, "fake-app-secret")
	o.Username = cmp.Or(o.Username, "admin")
	o.Password = cmp.Or(o.Password, "Fake-Passw0rd")
	return o
}

// profile returns a fresh copy of the profile that the options ask for.
func (o Options) profile() (*Profile, error) {
	if o.Behaviour == nil {
		return ReadProfile(o.Files, o.Profile)
	}
	p := o.Behaviour.clone()
	return p, p.check()
}

func (o Options) webhookClient() *http.Client {
	if o.WebhookClient != nil {
		return o.WebhookClient
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256 // every sender keeps its connection
	transport.MaxIdleConns = 1024
	transport.Proxy = nil
	return &http.Client{Transport: transport}
}

// hookSettings are the parts of the options that the control routes can change.
type hookSettings struct {
	mu       sync.RWMutex
	url      map[whatsapp.API]string
	override map[string]string // by id of a number or an account
	verify   string
	secret   string
	directed atomic.Bool // whether there is any address: asked for every status
}

// anywhere reports whether webhooks go anywhere at all.
func (h *hookSettings) anywhere() bool { return h.directed.Load() }

// note keeps directed true to the addresses. The caller holds the lock.
func (h *hookSettings) note() {
	directed := false
	for _, url := range h.url {
		directed = directed || url != ""
	}
	h.directed.Store(directed || len(h.override) > 0)
}

func (h *hookSettings) set(o Options) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.url = map[whatsapp.API]string{whatsapp.Cloud: o.Webhook, whatsapp.OnPrem: o.Webhook}
	h.override = o.overrides()
	h.verify, h.secret = o.VerifyToken, o.AppSecret
	h.note()
}

// to returns where an API's webhooks go: the override of the first id that has
// one, otherwise the API's own address.
func (h *hookSettings) to(api whatsapp.API, ids ...string) string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, id := range ids {
		if url := h.override[id]; url != "" {
			return url
		}
	}
	return h.url[api]
}

// addresses returns copies of where webhooks go.
func (h *hookSettings) addresses() (map[whatsapp.API]string, map[string]string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return maps.Clone(h.url), maps.Clone(h.override)
}

func (h *hookSettings) appSecret() string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.secret
}

// SetWebhook directs the webhooks of an API to url; an empty API is both, an
// empty url is nowhere.
func (s *Server) SetWebhook(api whatsapp.API, url string) {
	h := &s.hookSettings
	h.mu.Lock()
	defer h.mu.Unlock()
	for name := range h.url {
		if api == "" || api == name {
			h.url[name] = url
		}
	}
	h.note()
}

// SetWebhookOf directs the webhooks of one number or account of the Cloud API
// to url, as an override does; an empty url takes the override back.
func (s *Server) SetWebhookOf(id, url string) {
	h := &s.hookSettings
	h.mu.Lock()
	defer h.mu.Unlock()
	if url == "" {
		delete(h.override, id)
	} else {
		h.override[id] = url
	}
	h.note()
}

// faultLog passes on what net/http says about a panic, which is a mistake of the
// fake's own. What it says about broken connections is left out: breaking them is
// part of the job. Neither holds anything of a request, so no token.
func faultLog() *log.Logger { return log.New(panics{log.Default()}, "", 0) }

type panics struct{ to *log.Logger }

func (p panics) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("panic serving")) {
		p.to.Printf("%s", line)
	}
	return len(line), nil
}
