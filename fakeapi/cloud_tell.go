package fakeapi

import (
	"encoding/json"
	"strconv"
	"time"

	"wabench/internal/whatsapp/cloud"
)

// tell sends a webhook about an account.
func (c *cloudSide) tell(a *account, field string, value any, at time.Time) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // values of ours that JSON cannot hold are a bug
	}
	c.hook.push(fieldChange{account: a, field: field, value: text, at: at})
}

// objectID makes the id of a new object: as the platform's, a number of 16
// digits, drawn from the seed.
func (c *cloudSide) objectID() string {
	const digits15 = 1_000_000_000_000_000
	return strconv.FormatUint(digits15+bits(c.server.seed, c.objects.Add(1), drawObject)%(8*digits15), 10)
}

// tellThrottled tells of a refusal because of the throughput in a webhook of
// its own, which has errors and no statuses, if the profile says so.
func (c *cloudSide) tellThrottled(g *call) {
	if !c.server.live.Load().Cloud.ThrottleWebhook {
		return
	}
	value, err := json.Marshal(cloud.Value{
		MessagingProduct: "whatsapp", Metadata: cloud.Metadata{DisplayPhoneNumber: g.number.display, PhoneNumberID: g.number.id},
		Errors: []cloud.WebhookError{cloud.NewWebhookError(130429,
			"Message failed to send because there were too many messages sent from this phone number in a short period of time")},
	})
	if err != nil {
		panic(err) // made of texts and numbers
	}
	c.hook.push(fieldChange{account: g.number.account, number: g.number, field: cloud.FieldMessages, value: value, at: g.arrived})
}
