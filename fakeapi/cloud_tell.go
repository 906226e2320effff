package fakeapi

import (
	"encoding/json"
	"strconv"
	"time"
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
