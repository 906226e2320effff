package fakeapi

import (
	"encoding/json"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// account is a WhatsApp Business Account. Its names and numbers do not change;
// the rest belongs to mu.
type account struct {
	id, name string
	numbers  []*number

	mu     sync.Mutex
	calls  slidingCount // management calls
	used   int          // percent of them
	regain int          // minutes until there is room again
	usage  []string     // the header that says so, until it changes

	templates []*template
	creations slidingCount

	unsubscribed bool // its webhooks go nowhere

	locked atomic.Bool // by a webhook about a ban
}

// number is a business number of the Cloud API. Its name does not change; the
// rest belongs to mu.
type number struct {
	id, display, name string
	account           *account
	own               float64 // its throughput where it is not the profile's, otherwise 0

	mu         sync.Mutex
	registered bool
	throughput slidingCount
	pairs      pairLimiter
	wrote      map[int64]time.Duration // when each user last wrote, since the start
	entered    map[int64]time.Duration // when users came from an advertisement
	identities atomic.Bool             // whether the identity of users is checked
	pin        string
	guesses    int           // wrong PINs since a right one
	guessed    time.Duration // when the last one was, since the start
	left       time.Duration // when it was deregistered, since the start
	verified   bool          // by a code, or as it was in the beginning
	asked      bool          // for a code
	profile    businessProfile
	settings   map[string]map[string]json.RawMessage // of plain edges
	blocked    []string                              // in the order of being blocked
	blocks     map[string]bool                       // the same
	codes      []qrCode

	registrations slidingCount
	upgradeEnds   time.Duration // since the start
	upgraded      bool
	written       userCount // users written to outside their window
	flows         slidingCount
}

func newNumber(n Number, a *account, registered bool) *number {
	return &number{
		id: n.ID, display: n.Display, name: n.Name, account: a, own: float64(n.Throughput), registered: registered,
		verified: registered, left: longAgo, guessed: longAgo, wrote: map[int64]time.Duration{},
	}
}

// displayNumber is the number that users see of the i-th business number, where
// none was given.
func displayNumber(i int) string { return strconv.Itoa(15550783881 + i) }

// found makes the numbers and the accounts of the options.
func (c *cloudSide) found(options Options, registered bool) {
	c.accounts, c.numbers = map[string]*account{}, map[string]*number{}
	for i, n := range options.Numbers {
		a := c.accounts[n.WABAID]
		if a == nil {
			a = &account{id: n.WABAID, name: options.named(n.WABAID)}
			c.accounts[n.WABAID] = a
		}
		number := newNumber(n, a, registered)
		a.numbers = append(a.numbers, number)
		c.numbers[n.ID] = number
		if i == 0 {
			c.first = number
		}
	}
}

// register notes whether the number is on the Cloud API.
func (n *number) register(registered bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.registered = registered
}

// reset goes back to the beginning.
func (n *number) reset(registered bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.registered, n.throughput, n.pairs = registered, slidingCount{}, pairLimiter{}
	n.wrote, n.pin, n.guesses, n.profile = map[int64]time.Duration{}, "", 0, businessProfile{}
	n.settings, n.blocked, n.blocks, n.codes = nil, nil, nil, nil
	n.registrations, n.upgradeEnds, n.upgraded, n.written = slidingCount{}, 0, false, userCount{}
	n.entered = nil
	n.identities.Store(false)
	n.guessed, n.left, n.verified, n.asked, n.flows = longAgo, longAgo, registered, false, slidingCount{}
}

// reset goes back to the beginning.
func (a *account) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls, a.used, a.regain, a.usage = slidingCount{}, 0, 0, nil
	a.templates, a.creations, a.unsubscribed = nil, slidingCount{}, false
	a.locked.Store(false)
}
