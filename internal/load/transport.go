package load

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math"
	"net"
	"net/http"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/units"
	"wabench/scenarios"
)

// Connection settings. Idle connections are kept for the whole run: a target
// that closes them sooner is seen to, since its dials are counted.
const (
	dialTimeout = 10 * time.Second
	idleTimeout = 10 * time.Minute
)

// NewTransport returns what reaches a target: no proxy, no compression, one
// idle connection for every request that may be in flight. HTTP/1.1 is spoken
// by internal/keepalive; HTTP/2, where the target is to have it or chooses it
// in the TLS handshake, by net/http.
func NewTransport(ctx context.Context, t *scenarios.Target, address string) (http.RoundTripper, error) {
	config, err := tlsConfig(t.TLS)
	if err != nil {
		return nil, err
	}
	if t.HTTP2 == scenarios.HTTP2On {
		return http2Transport(t, config), nil
	}
	client := keepalive.New(keepalive.Options{
		DialTimeout: dialTimeout, TLS: config, MaxIdle: t.MaxInFlight, IdleTimeout: idleTimeout,
	})
	if t.HTTP2 == scenarios.HTTP2Auto {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		protocol, err := client.Protocol(ctx, address)
		if err != nil {
			return nil, err
		}
		if protocol == "h2" {
			return http2Transport(t, config), nil
		}
	}
	return client, nil
}

// http2Transport speaks HTTP/2, also without TLS.
func http2Transport(t *scenarios.Target, config *tls.Config) *http.Transport {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:     config,
		TLSHandshakeTimeout: dialTimeout,
		MaxIdleConns:        t.MaxInFlight,
		MaxIdleConnsPerHost: t.MaxInFlight,
		IdleConnTimeout:     idleTimeout,
		DisableCompression:  true,
		Protocols:           new(http.Protocols),
	}
	transport.Protocols.SetHTTP2(true)
	transport.Protocols.SetUnencryptedHTTP2(true)
	return transport
}

// Warm opens connections before they are needed, so that a rising load shows
// no dial spikes: as many as peak requests a second keep busy if each takes
// warmFor. A target that takes longer dials the rest when it does.
func Warm(ctx context.Context, t Target, peak units.Rate) error {
	client, ok := t.Transport.(*keepalive.Client)
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
