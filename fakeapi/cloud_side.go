package fakeapi

import (
	"net/http"
	"time"

	"wabench/internal/whatsapp"
)

// cloudSide is the Cloud API on the core.
type cloudSide struct {
	server *Server
	ledger *ledger
	hook   *hook
}

func newCloudSide(s *Server) *cloudSide {
	c := &cloudSide{server: s, ledger: newLedger(s.profile().Ledger)}
	c.hook = newHook(s, whatsapp.Cloud, c)
	return c
}

func (c *cloudSide) api() whatsapp.API               { return whatsapp.Cloud }
func (c *cloudSide) messages() *ledger               { return c.ledger }
func (c *cloudSide) webhooks() *hook                 { return c.hook }
func (c *cloudSide) rules() WebhookRules             { return c.server.profile().Cloud.Webhooks }
func (c *cloudSide) address(update) string           { return c.server.hookSettings.to(whatsapp.Cloud) }
func (c *cloudSide) compose([]update) []byte         { return nil }
func (c *cloudSide) seal(http.Header, []byte)        {}
func (c *cloudSide) serve(x *exchange)               { x.replyValue(404, struct{}{}) }
func (c *cloudSide) refuse(x *exchange, f Fault)     { x.replyValue(503, f) }
func (c *cloudSide) supports(Fault) error            { return nil }
func (c *cloudSide) fault(Fault, bool)               {}
func (c *cloudSide) receive(Inbound) (string, error) { return "", nil }
func (c *cloudSide) messageID(m *message) string     { return m.ID }
func (c *cloudSide) number(string) int64             { return -1 }
func (c *cloudSide) reset()                          {}

// latency draws how long the answer to x takes.
func (c *cloudSide) latency(x *exchange) time.Duration {
	return c.server.profile().Cloud.Accept.At(uniform(c.server.seed, x.n, drawAccept))
}
