package fakeapi

import (
	"time"

	"wabench/internal/whatsapp"
)

// tariff is what a message costs.
type tariff uint8

const (
	tariffRegular tariff = iota
	tariffService        // free: an answer to a customer
	tariffEntry          // free: the customer came from an advertisement
)

// entryLasts is how long a customer who came from an advertisement is free to
// write to.
const entryLasts = 72 * time.Hour

// tariff says what m costs: nothing for three days after its user came from an
// advertisement, nothing for free-form messages, and for utility templates
// within the service window as the profile has it.
func (n *number) tariff(m *message, rules *CloudProfile) tariff {
	n.mu.Lock()
	defer n.mu.Unlock()
	if entered, ever := n.entered[numberKey(m.To)]; ever && m.Arrived-entered < entryLasts {
		return tariffEntry
	}
	if m.Type != whatsapp.TypeTemplate {
		return tariffService
	}
	wrote, ever := n.wrote[numberKey(m.To)]
	if rules.FreeUtility && m.Category == categoryUtility && ever && m.Arrived-wrote < day {
		return tariffService
	}
	return tariffRegular
}

// enters notes that a user came from an advertisement. The caller holds the
// lock.
func (n *number) enters(user int64, at time.Duration) {
	if n.entered == nil {
		n.entered = map[int64]time.Duration{}
	}
	n.entered[user] = at
}
