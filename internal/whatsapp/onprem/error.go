package onprem

import (
	"net/http"
	"slices"
)

// Error is one entry of "errors", in an answer or a webhook
// (developers.facebook.com/docs/whatsapp/api/errors).
type Error struct {
	Code    int    `json:"code"`
	Title   string `json:"title"`
	Details string `json:"details,omitempty"`
	Href    string `json:"href,omitempty"`
}

// Error returns the title with the details.
func (e Error) Error() string {
	switch {
	case e.Details == "":
		return e.Title
	case e.Title == "":
		return e.Details
	}
	return e.Title + ": " + e.Details
}

// The codes that the driver or the fake treats by name.
const (
	CodeMessageNotValid    = 408 // pending for more than a day
	CodeMessageExpired     = 410
	CodeRateLimitHit       = 429
	CodeReengagement       = 470
	CodeSpamRateLimitHit   = 471
	CodeServerError        = 500
	CodeUnsupportedType    = 501
	CodeGeneric            = 1000
	CodeTooLong            = 1001
	CodeRecipientType      = 1002
	CodeAlreadyExists      = 1004
	CodeAccessDenied       = 1005
	CodeNotFound           = 1006
	CodeParameterMissing   = 1008
	CodeParameterNotValid  = 1009
	CodeServiceNotReady    = 1011
	CodeGroupUnknown       = 1012
	CodeUserNotValid       = 1013
	CodeInternalError      = 1014
	CodeTooManyRequests    = 1015
	CodeOverloaded         = 1016
	CodeNotPrimaryMaster   = 1017
	CodeNotPrimaryCoreapp  = 1018
	CodeBadUser            = 1021
	CodeNoWebhook          = 1022
	CodeDatabaseError      = 1023
	CodePasswordChange     = 1024
	CodeInvalidRequest     = 1025
	CodeReceiverIncapable  = 1026
	CodeAccountLocked      = 1031
	CodeTemplateParameters = 2000
	CodeTemplateMissing    = 2001
	CodeInvalidSections    = 2015
	CodeInvalidRows        = 2016
	CodeInvalidHeader      = 2036
)

// Kind is what the documentation says of a code.
type Kind struct {
	Code  int
	Title string
	// Status is the HTTP status the code comes with, 0 if it comes only in
	// webhooks. Apart from 404, 429 and 503, which are documented or seen in
	// clients' tests, the statuses are this project's choice.
	Status int
}

// KindOf looks a code up.
func KindOf(code int) (Kind, bool) {
	i, found := slices.BinarySearchFunc(kinds, code, func(k Kind, code int) int { return k.Code - code })
	if !found {
		return Kind{Code: code}, false
	}
	return kinds[i], true
}

// Kinds lists every documented code, ascending.
func Kinds() []Kind { return slices.Clone(kinds) }

// NewError is the error of a code, with its documented title.
func NewError(code int, details string) Error {
	kind, _ := KindOf(code)
	return Error{Code: code, Title: kind.Title, Details: details}
}

// Status is the HTTP status that the error comes with; a code that belongs in
// webhooks, or is unknown, comes with 400.
func (e Error) Status() int {
	if kind, found := KindOf(e.Code); found && kind.Status != 0 {
		return kind.Status
	}
	return http.StatusBadRequest
}
