package fakeapi

import (
	"slices"
	"time"
)

// portfolioLevels are the limits of a portfolio, one above the other; 0 is none
// (D:messaging-limits).
var portfolioLevels = []int{250, 2000, 10_000, 100_000, 0}

// portfolio is how far a portfolio's limit has risen above the profile's.
type portfolio struct {
	risen  int
	rising bool
	week   userCount // users messaged outside their window within the last week
}

// limit is the limit in force, where the profile's is given; 0 is none.
func (p *portfolio) limit(given int) int {
	if p.risen == 0 || given == 0 {
		return given
	}
	i := slices.IndexFunc(portfolioLevels, func(level int) bool { return level == 0 || level > given })
	return portfolioLevels[min(i+p.risen-1, len(portfolioLevels)-1)]
}

// grow counts a user who was messaged outside their window, and has the limit
// rise by a level after a while once half of it was used within a week by a
// business of good quality. The caller holds the lock.
func (c *cloudSide) grow(rules *CloudProfile, user int64, at time.Duration, limit int) {
	p := &c.portfolio
	if rules.PortfolioGrowth == 0 || limit == 0 || p.rising {
		return
	}
	p.week.forget(at, week)
	p.week.count(user, at)
	if 2*len(p.week.last) < limit || rules.Account.Quality != "GREEN" {
		return
	}
	p.rising = true
	c.server.agenda.at(c.server.start.Add(at+rules.PortfolioGrowth), taskFunc(c.rise))
}

// rise raises the limit by a level, of which webhooks tell.
func (c *cloudSide) rise(now time.Time) {
	c.mu.Lock()
	p := &c.portfolio
	p.risen++
	p.rising, p.week = false, userCount{}
	limit := p.limit(c.server.profile().Cloud.Portfolio)
	c.mu.Unlock()
	for _, a := range c.accounts {
		c.tell(a, "business_capability_update", capability(c.server.profile().Cloud.Version, limit), now)
	}
}

// capability is what a business may do, in the words of a version of Graph.
func capability(version string, limit int) map[string]any {
	value := map[string]any{"max_phone_numbers_per_business": 25, "max_phone_numbers_per_waba": 25}
	if majorVersion(version) >= 24 {
		value["max_daily_conversations_per_business"] = portfolioTier(limit)
		return value
	}
	if limit == 0 {
		limit = -1
	}
	value["max_daily_conversation_per_phone"] = limit
	return value
}

// tier is the name of the portfolio's limit in force.
func (c *cloudSide) tier() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return portfolioTier(c.portfolio.limit(c.server.profile().Cloud.Portfolio))
}
