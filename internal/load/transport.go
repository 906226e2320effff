package load

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"time"

	"wabench/scenarios"
)

// Connection settings. Idle connections are kept for the whole run: a target
// that closes them sooner is seen to, since its dials are counted.
const (
	dialTimeout = 10 * time.Second
	idleTimeout = 10 * time.Minute
)

// NewTransport returns the RoundTripper for a target: no proxy, no
// compression, one idle connection for every request that may be in flight.
func NewTransport(t *scenarios.Target) (*http.Transport, error) {
	config, err := tlsConfig(t.TLS)
	if err != nil {
		return nil, err
	}
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
	transport.Protocols.SetHTTP1(t.HTTP2 != scenarios.HTTP2On)
	transport.Protocols.SetHTTP2(t.HTTP2 != scenarios.HTTP2Off)
	transport.Protocols.SetUnencryptedHTTP2(t.HTTP2 == scenarios.HTTP2On)
	return transport, nil
}

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
