package fakeapi

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// hour is the window of management limits.
const hour = time.Hour

// manage counts a management call and refuses it if the account made too many
// within the hour.
func (c *cloudSide) manage(a *account) *refusal {
	rules := c.server.profile().Cloud
	limit := rules.Management
	if limit > 0 && rules.ManagementInactive > 0 && !a.active() {
		limit = rules.ManagementInactive
	}
	if limit == 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls.resize(limit)
	at := time.Since(c.server.start)
	allowed := a.calls.allow(at, hour)
	a.used, a.usage = 100*a.calls.within(at, hour)/limit, nil
	a.regain = 0
	if a.used >= 100 {
		a.regain = int(math.Ceil((hour - (at - a.calls.oldest())).Minutes()))
	}
	if !allowed {
		return refuse(80007, "The WhatsApp Business Account has reached its rate limit.")
	}
	return nil
}

// active reports whether the account has a registered number.
func (a *account) active() bool {
	return slices.ContainsFunc(a.numbers, func(n *number) bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.registered
	})
}

// usageHeader tells how much of the account's calls are used, in percent, and
// in how many minutes there is room again.
func (a *account) usageHeader() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.usage == nil {
		const entry = `{"type":%q,"call_count":%d,"total_cputime":%d,"total_time":%d,"estimated_time_to_regain_access":%d}`
		a.usage = []string{fmt.Sprintf(`{%q:[`+entry+`,`+entry+`]}`,
			a.id, "whatsapp_business_management", a.used, a.used, a.used, a.regain, "whatsapp", 1, 1, 1, 0)}
	}
	return a.usage
}
