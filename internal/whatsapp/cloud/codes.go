package cloud

import (
	"net/http"

	"wabench/internal/whatsapp"
)

// Where says in which place the platform reports an error.
type Where uint8

// The places of an error: in the answer to the request, in a webhook, or in
// either. Meta does not say which error is where; the split follows each
// error's nature.
const (
	InAnswer Where = 1 << iota
	InWebhook
	InEither = InAnswer | InWebhook
)

// Code is one error of the platform.
type Code struct {
	Code  int
	Title string
	// Status is the HTTP status of Meta's page of November 2025.
	Status int
	Where  Where
	// Retry says whether the same request can succeed later.
	Retry bool
	// Class is what the error means for a run. Errors in webhooks are failures
	// of a message, not of a request, and their class counts only in answers.
	Class whatsapp.Class
}

// Short names keep the table readable.
const (
	ours      = whatsapp.ClientFault
	theirs    = whatsapp.Target5xx
	throttled = whatsapp.Throttled
)

// codes is the table of
// https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
// (19 November 2025), with additions of 2026 and from the OpenAPI description.
// Code 1 is left to the HTTP status: it stands for a bad request as well as for
// a server's error. Codes 3 and 131045 have status 500 but are about what the
// caller may do or has configured.
var codes = []Code{
	{0, "AuthException", 401, InAnswer, false, ours},
	{2, "API Service", 503, InAnswer, true, theirs},
	{3, "API Method", 500, InAnswer, false, ours},
	{4, "API Too Many Calls", 400, InAnswer, true, throttled},
	{10, "Permission Denied", 403, InAnswer, false, ours},
	{17, "User request limit reached", 400, InAnswer, true, throttled},
	{33, "Parameter value is not valid", 400, InAnswer, false, ours},
	{100, "Invalid parameter", 400, InAnswer, false, ours},
	{104, "An access token is required to request this resource", 401, InAnswer, false, ours},
	{190, "Access token has expired", 401, InAnswer, false, ours},
	{200, "API Permission", 403, InAnswer, false, ours},
	{368, "Temporarily blocked for policies violations", 403, InEither, false, ours},
	{803, "Some of the aliases you requested do not exist", 404, InAnswer, false, ours},
	{80007, "Rate limit issues", 400, InAnswer, true, throttled},
	{130403, "Business has blocked the user", 400, InEither, false, ours},
	{130429, "Rate limit hit", 400, InEither, true, throttled},
	{130472, "User's number is part of an experiment", 400, InWebhook, false, ours},
	{130497, "Business account is restricted from messaging users in this country", 403, InEither, false, ours},
	{131000, "Something went wrong", 500, InEither, true, theirs},
	{131005, "Access denied", 403, InAnswer, false, ours},
	{131008, "Required parameter is missing", 400, InAnswer, false, ours},
	{131009, "Parameter value is not valid", 400, InEither, false, ours},
	{131016, "Service unavailable", 500, InEither, true, theirs},
	{131021, "Recipient cannot be sender", 400, InAnswer, false, ours},
	{131026, "Message undeliverable", 400, InWebhook, false, ours},
	{131030, "Recipient phone number not in allowed list", 400, InAnswer, false, ours},
	{131031, "Account has been locked", 403, InEither, false, ours},
	{131037, "WhatsApp provided number needs display name approval before message can be sent", 400, InEither, false, ours},
	{131042, "Business eligibility payment issue", 400, InWebhook, false, ours},
	{131045, "Incorrect certificate", 500, InEither, false, ours},
	{131047, "Re-engagement message", 400, InWebhook, false, ours},
	{131048, "Spam rate limit hit", 400, InEither, true, throttled},
	{131049, "This message was not delivered to maintain healthy ecosystem engagement", 400, InWebhook, true, ours},
	{131050, "Unable to deliver the message, the user has stopped marketing messages", 400, InWebhook, false, ours},
	{131051, "Unsupported message type", 400, InEither, false, ours},
	{131052, "Media download error", 400, InWebhook, false, ours},
	{131053, "Media upload error", 400, InWebhook, true, ours},
	{131055, "Method not allowed", 400, InAnswer, false, ours},
	{131056, "(Business Account, Consumer Account) pair rate limit hit", 400, InEither, true, throttled},
	{131057, "Account in maintenance mode", 500, InAnswer, true, theirs},
	{131063, "Marketing templates are disabled on Cloud API", 400, InEither, false, ours},
	{131064, "Message limited because of template misclassification", 400, InEither, false, ours},
	{132000, "Template Param Count Mismatch", 400, InAnswer, false, ours},
	{132001, "Template does not exist", 404, InAnswer, false, ours},
	{132005, "Template Hydrated Text Too Long", 400, InAnswer, false, ours},
	{132007, "Template Format Character Policy Violated", 400, InAnswer, false, ours},
	{132012, "Template Parameter Format Mismatch", 400, InAnswer, false, ours},
	{132015, "Template is Paused", 400, InEither, false, ours},
	{132016, "Template is Disabled", 400, InAnswer, false, ours},
	{132018, "Template validation failed", 400, InAnswer, false, ours},
	{132068, "Flow is in blocked state", 400, InAnswer, false, ours},
	{132069, "Flow is in throttled state", 400, InAnswer, true, ours},
	{133000, "Incomplete Deregistration", 500, InAnswer, true, theirs},
	{133004, "Server Temporarily Unavailable", 503, InAnswer, true, theirs},
	{133005, "Two step verification PIN Mismatch", 400, InAnswer, false, ours},
	{133006, "Phone number re-verification needed", 400, InAnswer, false, ours},
	{133008, "Too Many two step verification PIN Guesses", 400, InAnswer, true, ours},
	{133009, "Two step verification PIN Guessed Too Fast", 400, InAnswer, true, ours},
	{133010, "Phone number Not Registered", 400, InAnswer, false, ours},
	{133015, "Please wait a few minutes before attempting to register this phone number", 400, InAnswer, true, ours},
	{133016, "Account register or deregister rate limit exceeded", 400, InAnswer, true, throttled},
	{134011, "WhatsApp Payments terms of service has not been accepted", 400, InAnswer, false, ours},
	{134100, "Only marketing messages supported", 400, InAnswer, false, ours},
	{134101, "Template is still being synced", 400, InAnswer, true, ours},
	{134102, "Template is unavailable for use", 500, InAnswer, true, theirs},
	{135000, "Generic user error", 400, InEither, false, ours},
	{137000, "Recipient identity key hash mismatch", 400, InEither, false, ours},
	{138024, "Calling: SIP settings are not valid", 400, InAnswer, false, ours},
	{138025, "Calling: SIP is not enabled", 400, InAnswer, false, ours},
	{139100, "Failed to block/unblock some users", 400, InAnswer, false, ours},
	{1752041, "Duplicate onboarding request", 400, InAnswer, false, ours},
	{200005, "Template insights unavailable", 400, InAnswer, false, ours},
	{200006, "Template insights cannot be disabled", 400, InAnswer, false, ours},
	{200007, "Template insights are not enabled", 400, InAnswer, false, ours},
	{2388001, "Cannot create this template", 400, InAnswer, false, ours},
	{2388012, "Phone number exists already", 400, InAnswer, false, ours},
	{2388019, "Template limit exceeded", 400, InAnswer, false, ours},
	{2388039, "Template header is not valid", 400, InAnswer, false, ours},
	{2388040, "Template field has too many characters", 400, InAnswer, false, ours},
	{2388047, "Template header format is not right", 400, InAnswer, false, ours},
	{2388072, "Template body format is not right", 400, InAnswer, false, ours},
	{2388073, "Template footer format is not right", 400, InAnswer, false, ours},
	{2388091, "Phone number migration is not possible", 400, InAnswer, false, ours},
	{2388093, "Phone number migration needs two step verification off", 400, InAnswer, false, ours},
	{2388103, "Phone number migration: account is not ready", 400, InAnswer, false, ours},
	{2388293, "Template has too many variables for its length", 400, InAnswer, false, ours},
	{2388299, "Template variables cannot be at the start or end", 400, InAnswer, false, ours},
	{2494100, "Phone number is in maintenance mode", 400, InAnswer, true, theirs},
	{2593079, "Account cannot be migrated", 400, InAnswer, false, ours},
	{2593085, "Solution cannot be migrated", 400, InAnswer, false, ours},
	{2593107, "Synchronization request limit exceeded", 400, InAnswer, false, ours},
	{2593108, "Synchronization request outside of the allowed time", 400, InAnswer, false, ours},
}

// byCode finds a row of the table.
var byCode = func() map[int]Code {
	m := make(map[int]Code, len(codes)+1)
	for _, c := range codes {
		m[c.Code] = c
	}
	m[1] = codeUnknown
	return m
}()

// codeUnknown is the error 1, whose class the HTTP status decides.
var codeUnknown = Code{Code: 1, Title: "API Unknown", Status: http.StatusBadRequest, Where: InAnswer, Retry: true, Class: ours}

// Codes returns the table, in the order of codes.
func Codes() []Code { return append([]Code{codes[0], codeUnknown}, codes[1:]...) }

// Lookup returns the platform's error with the number.
func Lookup(code int) (Code, bool) {
	c, ok := byCode[code]
	if !ok && code > 200 && code < 300 { // 200 to 299 are all permissions
		c, ok = byCode[200], true
		c.Code = code
	}
	return c, ok
}

// classOf says what an answer with the code and the HTTP status means: the code
// decides where it is known, because the status of throttling differs between
// Meta's own pages.
func classOf(code, status int) whatsapp.Class {
	if c, ok := Lookup(code); ok && code > 1 {
		return c.Class
	}
	switch {
	case status == http.StatusTooManyRequests:
		return whatsapp.Throttled
	case status >= http.StatusInternalServerError:
		return whatsapp.Target5xx
	}
	return whatsapp.ClientFault
}
