package fakeapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"time"
)

// identity is the server's certificate and the authority that issued it. The
// authority lives as long as the server and signs nothing else.
type identity struct {
	authority []byte // PEM
	leaf      tls.Certificate
}

// serverNames and serverAddresses are what the certificate covers;
// graph.facebook.com is for clients whose host cannot be changed and is
// directed here by a host file.
var (
	serverNames     = []string{"localhost", "graph.facebook.com", inProcessHost}
	serverAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
)

// identityLasts is how long the certificate is good: long for a soak, short
// enough for strict clients.
const identityLasts = 365 * 24 * time.Hour

func newIdentity(now time.Time, more []string) (*identity, error) {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fake platform authority"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(identityLasts), BasicConstraintsValid: true,
		IsCA: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	leaf, err := issue(authority, authorityKey, more)
	if err != nil {
		return nil, err
	}
	return &identity{
		authority: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER}), leaf: leaf,
	}, nil
}

// issue makes the server's own certificate.
func issue(authority *x509.Certificate, authorityKey *ecdsa.PrivateKey, more []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "fake platform"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: slices.Clone(serverNames), IPAddresses: slices.Clone(serverAddresses),
	}
	for _, name := range more {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, authority, key.Public(), authorityKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func (i *identity) config() *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{i.leaf}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
	}
}

// CertificateAuthority returns the PEM certificate that clients have to trust,
// nil if the server does not use TLS.
func (s *Server) CertificateAuthority() []byte {
	if s.identity == nil {
		return nil
	}
	return s.identity.authority
}
