package fakeapi

import (
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// accountDefaults are the fields of an account that are answered when none are
// asked for.
var accountDefaults = []string{"id", "name", "timezone_id", "message_template_namespace"}

// serveAccount answers GET /{account}, with analytics if they are asked for.
func (c *cloudSide) serveAccount(g *call) {
	a := g.account
	all := map[string]any{
		"id": a.id, "name": a.name, "timezone_id": "1", "currency": "USD", "country": "US",
		"message_template_namespace": namespaceOf(c.server.seed, a.id), "account_review_status": "APPROVED",
		"business_verification_status": c.verification(), "ownership_type": "SELF", "status": "ACTIVE",
		"health_status": c.health(a, nil, nil),
		"owner_business_info": map[string]string{
			"id": businessID, "name": "Fake Business",
		},
	}
	analytics, r := c.analytics(g)
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	all["analytics"] = analytics
	c.pick(g, all, accountDefaults)
}

// verifiedTemplates is how many templates only a verified business may have.
const verifiedTemplates = 6000

// verification is the standing of the business, as its number of templates
// shows.
func (c *cloudSide) verification() string {
	if c.server.profile().Cloud.Templates >= verifiedTemplates {
		return "verified"
	}
	return "not_verified"
}

// namespaceOf makes up the namespace of an account's templates.
func namespaceOf(seed uint64, id string) string {
	text := appendHex(appendHex(nil, bits(seed, numberKey(id), drawObject)), bits(seed, numberKey(id), drawReview))
	return string(text[:8]) + "_" + string(text[8:12]) + "_" + string(text[12:16]) + "_" + string(text[16:20]) + "_" + string(text[20:32])
}

// analyticsField is the field with what it is asked for, in any order.
var analyticsField = regexp.MustCompile(`(?:^|,)analytics((?:\.[a-z_]+\([^)]*\))*)`)

var analyticsArgument = regexp.MustCompile(`\.([a-z_]+)\(([^)]*)\)`)

// granularities are the lengths of a data point.
var granularities = map[string]time.Duration{"HALF_HOUR": 30 * time.Minute, "DAY": day, "MONTH": 30 * day}

// dataPoint is one stretch of analytics.
type dataPoint struct {
	Start     int64 `json:"start"`
	End       int64 `json:"end"`
	Sent      int64 `json:"sent"`
	Delivered int64 `json:"delivered"`
}

// mostDataPoints bounds an answer.
const mostDataPoints = 5000

// analytics counts the messages of the ledger as the field analytics asks; nil
// if it is not asked for.
func (c *cloudSide) analytics(g *call) (any, *refusal) {
	match := analyticsField.FindStringSubmatch(g.r.URL.Query().Get("fields"))
	if match == nil {
		return nil, nil
	}
	given := map[string]string{}
	for _, argument := range analyticsArgument.FindAllStringSubmatch(match[1], -1) {
		given[argument[1]] = argument[2]
	}
	start, err := strconv.ParseInt(given["start"], 10, 64)
	end, errEnd := strconv.ParseInt(given["end"], 10, 64)
	step, known := granularities[given["granularity"]]
	seconds := int64(step / time.Second)
	switch {
	case err != nil || errEnd != nil || end <= start || start < 0:
		return nil, &refusal{code: 100, status: http.StatusBadRequest, details: "analytics needs a start and a later end."}
	case !known:
		return nil, &refusal{code: 100, status: http.StatusBadRequest, details: "analytics needs a granularity of HALF_HOUR, DAY or MONTH."}
	case (end-start)/seconds > mostDataPoints:
		return nil, &refusal{code: 100, status: http.StatusBadRequest, details: "analytics of so long a time need a coarser granularity."}
	}
	numbers := make([]string, len(g.account.numbers))
	for i, n := range g.account.numbers {
		numbers[i] = n.display
	}
	return map[string]any{
		"phone_numbers": numbers, "country_codes": []string{}, "granularity": given["granularity"],
		"data_points": c.count(g.account, start, end, seconds),
	}, nil
}

// count sorts the account's messages into stretches of so many seconds.
func (c *cloudSide) count(a *account, start, end, seconds int64) []dataPoint {
	points := []dataPoint{}
	for at := start; at < end; at += seconds {
		points = append(points, dataPoint{Start: at, End: min(at+seconds, end)})
	}
	first, next := c.ledger.span()
	for i := first; i < next; i++ {
		m := c.ledger.find(i)
		if m == nil || c.numbers[m.From].account != a {
			continue
		}
		_, at, _ := c.ledger.state(m)
		if p := c.pointAt(points, at[stepSent], start, end, seconds); p != nil {
			p.Sent++
		}
		if p := c.pointAt(points, at[stepDelivered], start, end, seconds); p != nil {
			p.Delivered++
		}
	}
	return points
}

func (c *cloudSide) pointAt(points []dataPoint, reached time.Duration, start, end, seconds int64) *dataPoint {
	at := c.server.start.Add(reached).Unix()
	if reached == 0 || at < start || at >= end {
		return nil
	}
	return &points[(at-start)/seconds]
}
