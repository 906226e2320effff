package fakeapi

import (
	"sync/atomic"

	"wabench/internal/whatsapp"
)

// counters counts answers by API, operation and class of status.
type counters struct {
	answers [2][len(ops)][6]atomic.Int64 // status/100; 0 is no answer
}

func apiIndex(api whatsapp.API) int {
	if api == whatsapp.OnPrem {
		return 1
	}
	return 0
}

// answered counts one answer.
func (c *counters) answered(api whatsapp.API, op whatsapp.Op, status int) {
	c.answers[apiIndex(api)][codeOf(op)][status/100].Add(1)
}

// clear counts from 0 again.
func (c *counters) clear() {
	for api := range c.answers {
		for op := range c.answers[api] {
			for class := range c.answers[api][op] {
				c.answers[api][op][class].Store(0)
			}
		}
	}
}
