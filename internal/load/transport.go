package load

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math"
	"net/http"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/multiplex"
	"wabench/internal/units"
	"wabench/scenarios"
)

// Connection settings. Idle connections are kept for the whole run: a target
// that closes them sooner is seen to, since its dials are counted.
const (
	dialTimeout = 10 * time.Second
	idleTimeout = 10 * time.Minute
)

// NewTransport returns what reaches a target: no proxy, no compression, as
// many idle connections as requests may be in flight. HTTP/1.1 is spoken by
// internal/keepalive; HTTP/2, where the target is to have it or chooses it in
// the TLS handshake, by internal/multiplex.
func NewTransport(ctx context.Context, t *scenarios.Target, address string) (http.RoundTripper, error) {
	config, err := tlsConfig(t.TLS)
	if err != nil {
		return nil, err
	}
	second := multiplex.New(multiplex.Options{DialTimeout: dialTimeout, TLS: config})
	if t.HTTP2 == scenarios.HTTP2On {
		return second, nil
	}
	first := keepalive.New(keepalive.Options{
		DialTimeout: dialTimeout, TLS: config, MaxIdle: t.MaxInFlight, IdleTimeout: idleTimeout,
	})
	if t.HTTP2 == scenarios.HTTP2Auto {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		protocol, err := first.Protocol(ctx, address)
		if err != nil {
			return nil, err
		}
		if protocol == "h2" {
			return second, nil
		}
	}
	return first, nil
}

// Warm opens connections before they are needed, so that a rising load shows
// no dial spikes: as many as peak requests a second keep busy if each takes
// warmFor. A target that takes longer dials the rest when it does.
func Warm(ctx context.Context, t Target, peak units.Rate) error {
	client, ok := t.Transport.(interface {
		Warm(ctx context.Context, address string, n int) error
	})
	if !ok {
		return nil
	}
	n := int(math.Ceil(float64(peak) * warmFor.Seconds()))
	return client.Warm(ctx, t.URL, min(max(n, warmLeast), warmMost, t.MaxInFlight))
}

// The platform's own guide to load tests counts with 350 ms a request.
const (
	warmFor   = 350 * time.Millisecond
	warmLeast = 2
	warmMost  = 256
)

// tlsConfig returns what a target is to be trusted by; nil asks for nothing.
func tlsConfig(t *scenarios.TLS) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t == nil {
		return config, nil
	}
	config.InsecureSkipVerify = t.Insecure
	if t.CA == "" {
		return config, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(t.CA)) {
		return nil, errors.New("tls.ca holds no certificate in PEM")
	}
	config.RootCAs = pool
	return config, nil
}
