package fakeapi

import (
	"errors"
	"fmt"
	"slices"
)

// AccountRules are the standing of the business: what the platform decides
// about accounts and numbers, and answers with errors of their own. Changing
// them with PATCH /_fake/config changes the standing while the fake runs.
type AccountRules struct {
	// Locked refuses everything that is sent with 131031.
	Locked bool `yaml:"locked"`
	// PaymentIssue fails templates with 131042: they are not free.
	PaymentIssue bool `yaml:"payment_issue"`
	// PaymentsTermsMissing refuses orders with 134011.
	PaymentsTermsMissing bool `yaml:"payments_terms_missing"`
	// NameStatus is the standing of the display name; numbers without an approved
	// one are refused with 131037.
	NameStatus string `yaml:"name_status"`
	// Quality is the quality rating of the numbers.
	Quality string `yaml:"quality"`
	// Test makes the numbers test numbers: others than AllowedRecipients are
	// refused with 131030.
	Test              bool     `yaml:"test"`
	AllowedRecipients []string `yaml:"allowed_recipients"`
	// Marketing says by which of the two routes marketing templates go; the other
	// refuses them with 131055 or 131063.
	Marketing MarketingRoute `yaml:"marketing"`
	// Flow is the state of the business's flows: blocked ones are refused with
	// 132068, throttled ones with 132069 after 10 messages an hour.
	Flow FlowState `yaml:"flow"`
}

// MarketingRoute is a route that marketing templates may take.
type MarketingRoute string

// The routes of marketing templates.
const (
	MarketingAnywhere  MarketingRoute = "anywhere"
	MarketingCloudOnly MarketingRoute = "cloud_only" // messages
	MarketingOwnOnly   MarketingRoute = "own_only"   // marketing_messages
)

// FlowState is what the platform thinks of a flow.
type FlowState string

// The states of flows.
const (
	FlowGood      FlowState = "good"
	FlowBlocked   FlowState = "blocked"
	FlowThrottled FlowState = "throttled"
)

// approvedName is the standing of a display name that can send.
const approvedName = "APPROVED"

var (
	nameStatuses    = []string{approvedName, "AVAILABLE_WITHOUT_REVIEW", "DECLINED", "EXPIRED", "PENDING_REVIEW", "NONE"}
	qualities       = []string{"GREEN", "YELLOW", "RED", "NA", "UNKNOWN"}
	marketingRoutes = []MarketingRoute{MarketingAnywhere, MarketingCloudOnly, MarketingOwnOnly}
	flowStates      = []FlowState{FlowGood, FlowBlocked, FlowThrottled}
)

func (a AccountRules) check(field string) error {
	return errors.Join(
		checkWord(field+".name_status", a.NameStatus, nameStatuses), checkWord(field+".quality", a.Quality, qualities),
		checkWord(field+".marketing", a.Marketing, marketingRoutes), checkWord(field+".flow", a.Flow, flowStates),
	)
}

// checkWord reports a word that is not one of those.
func checkWord[T ~string](field string, word T, words []T) error {
	if slices.Contains(words, word) {
		return nil
	}
	return fmt.Errorf("%s: %q; use one of %v", field, word, words)
}
