package fakeapi

import (
	"encoding/pem"
	"io"
	"net/http"
	"strings"

	"wabench/internal/whatsapp/onprem"
)

// largestCertificate bounds a chain of certificates.
const largestCertificate = 1 << 20

// writeCertificate is POST on a path of certificates: the body is PEM. The fake
// keeps it and does not use it; its own certificate is an option of the server.
func (o *onPremSide) writeCertificate(c *onPremCall) {
	text, err := io.ReadAll(io.LimitReader(c.r.Body, largestCertificate+1))
	block, _ := pem.Decode(text)
	if err != nil || len(text) > largestCertificate || block == nil {
		o.fail(c.exchange, parameterNotValid("the body is not a certificate in PEM"))
		return
	}
	o.settings.mu.Lock()
	o.settings.certificates[certificateOf(c.r.URL.Path)] = text
	o.settings.mu.Unlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// certificateOf is what a path's certificate is for: external or webhooks.
func certificateOf(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/certificates/"), "/")
	return name
}

// readCertificate is GET on a path of certificates.
func (o *onPremSide) readCertificate(c *onPremCall) {
	o.settings.mu.RLock()
	text, found := o.settings.certificates[certificateOf(c.r.URL.Path)]
	o.settings.mu.RUnlock()
	if !found {
		o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no such certificate"))
		return
	}
	o.stats.answered(c.exchange, true)
	c.answer(http.StatusOK, "text/plain", text)
}

// deleteCertificate is DELETE /v1/certificates/webhooks/ca.
func (o *onPremSide) deleteCertificate(c *onPremCall) {
	name := certificateOf(c.r.URL.Path)
	o.settings.mu.Lock()
	_, found := o.settings.certificates[name]
	delete(o.settings.certificates, name)
	o.settings.mu.Unlock()
	if !found {
		o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no such certificate"))
		return
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}
