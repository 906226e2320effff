package fakeapi

import (
	"strings"
	"time"

	"wabench/internal/whatsapp/cloud"
)

// pacing is what the platform knows of how a template is received.
type pacing struct {
	sent     int
	heldFrom time.Time // zero until the first message is held
	decided  bool
	dropped  bool
}

// Answers to a template message.
const (
	statusAccepted = "accepted"
	statusHeld     = "held_for_quality_assessment"
)

// pace counts a message of a template that somebody created, and says whether
// and until when it is held. Held messages are all decided at once.
func (c *cloudSide) pace(g *call, p *cloud.Payload) (until time.Time, held bool) {
	rules := c.server.profile().Cloud.Pacing
	if p.Template == nil || rules.After == 0 {
		return time.Time{}, false
	}
	a := g.number.account
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.template(p.Template.Name, p.Template.Language.Code)
	if t == nil || t.quality == "GREEN" || t.pacing.decided {
		return time.Time{}, false
	}
	t.pacing.sent++
	if t.pacing.sent <= rules.After {
		return time.Time{}, false
	}
	if t.pacing.heldFrom.IsZero() {
		t.pacing.heldFrom = g.due
		t.pacing.dropped = uniform(c.server.seed, numberKey(t.id), drawPacing) < float64(rules.Drop)
		c.server.agenda.at(g.due.Add(rules.Hold), taskFunc(func(time.Time) { c.decide(a, t) }))
	}
	return t.pacing.heldFrom.Add(rules.Hold), true
}

// decide ends the hold of t: it is good from now on, or paused.
func (c *cloudSide) decide(a *account, t *template) {
	a.mu.Lock()
	t.pacing.decided = true
	dropped := t.pacing.dropped
	a.mu.Unlock()
	if dropped {
		c.setQuality(a, t, "RED")
		c.setTemplate(a, t, templateApproved, templatePaused, "LOW_QUALITY")
		return
	}
	c.setQuality(a, t, "GREEN")
}

// setQuality gives t the quality and sends the webhook that tells.
func (c *cloudSide) setQuality(a *account, t *template, quality string) {
	a.mu.Lock()
	value := map[string]any{
		"previous_quality_score": t.quality, "new_quality_score": quality, "message_template_id": numberKey(t.id),
		"message_template_name": t.name, "message_template_language": strings.ReplaceAll(t.language, "_", "-"),
	}
	t.quality = quality
	a.mu.Unlock()
	c.tell(a, "message_template_quality_update", value, time.Now())
}

// hold keeps an accepted message back until its template is decided on, and then
// sets it on its way or drops it.
func (c *cloudSide) hold(m *message, p *cloud.Payload, a *account, until time.Time, way course) {
	name, language := p.Template.Name, p.Template.Language.Code
	c.server.agenda.at(until, taskFunc(func(now time.Time) {
		a.mu.Lock()
		t := a.template(name, language)
		dropped := t == nil || t.pacing.dropped
		a.mu.Unlock()
		if dropped {
			way.FailCode = 132015
		}
		c.journey.begin(m, now, way)
	}))
}

// raise has the number's throughput raised once it has written to enough users
// outside their service window within a day, if its portfolio has no limit and
// its quality is not low.
func (c *cloudSide) raise(n *number, m *message) {
	rules := &c.server.profile().Cloud
	if rules.UpgradeAfter == 0 || rules.Portfolio > 0 && c.tier() != portfolioTier(0) || rules.Account.Quality == "RED" || n.open(numberKey(m.To), m.Arrived, rules) {
		return
	}
	n.mu.Lock()
	n.written.allow(numberKey(m.To), m.Arrived, rules.UpgradeAfter)
	enough := len(n.written.last) >= rules.UpgradeAfter && n.upgradeEnds == 0
	n.mu.Unlock()
	if enough {
		c.upgrade(n)
	}
}
