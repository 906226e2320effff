package fakeapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"wabench/internal/whatsapp"
)

// onPremSide is the On-Premises API on the core.
type onPremSide struct {
	server *Server
	ledger *ledger
	hook   *hook
}

func newOnPremSide(s *Server) *onPremSide {
	o := &onPremSide{server: s, ledger: newLedger(s.profile().Ledger)}
	o.hook = newHook(s, whatsapp.OnPrem, o)
	return o
}

func (o *onPremSide) api() whatsapp.API               { return whatsapp.OnPrem }
func (o *onPremSide) messages() *ledger               { return o.ledger }
func (o *onPremSide) webhooks() *hook                 { return o.hook }
func (o *onPremSide) messageID(m *message) string     { return m.ID }
func (o *onPremSide) number(string) int64             { return -1 }
func (o *onPremSide) reset()                          {}
func (o *onPremSide) supports(Fault) error            { return nil }
func (o *onPremSide) fault(Fault, bool)               {}
func (o *onPremSide) receive(Inbound) (string, error) { return "", errors.New("no inbound yet") }
func (o *onPremSide) rules() WebhookRules             { return o.server.profile().OnPrem.Webhooks }
func (o *onPremSide) address(update) string           { return o.server.hookSettings.to(whatsapp.OnPrem) }
func (o *onPremSide) compose(updates []update) []byte { b, _ := json.Marshal(updates); return b }
func (o *onPremSide) seal(http.Header, []byte)        {}
func (o *onPremSide) refuse(x *exchange, f Fault)     { x.replyValue(503, f) }
func (o *onPremSide) serve(x *exchange)               { x.replyValue(404, struct{}{}) }
func (o *onPremSide) latency(x *exchange) time.Duration {
	return o.server.profile().OnPrem.Accept.At(uniform(o.server.seed, x.n, drawAccept))
}
