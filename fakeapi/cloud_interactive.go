package fakeapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"wabench/internal/whatsapp/cloud"
)

// bounds are what one kind of interactive message allows.
type bounds struct {
	body         int  // longest body
	bodyOptional bool // products can stand alone
	mediaHeader  bool // else text headers only
	noHeader     bool
	action       func(a *cloud.InteractiveAction) *refusal
}

// interactiveBounds are the limits of the pages of each kind. Kinds for
// payments and calls are only checked for having a body and an action.
var interactiveBounds = map[string]bounds{
	"button":                   {body: 1024, mediaHeader: true, action: checkButtons},
	"list":                     {body: 4096, action: checkList},
	"cta_url":                  {body: 1024, mediaHeader: true, action: checkLink},
	"flow":                     {body: 1024, mediaHeader: true, action: checkFlow},
	"product":                  {body: 1024, bodyOptional: true, noHeader: true, action: checkProduct},
	"product_list":             {body: 1024, action: checkProductList},
	"catalog_message":          {body: 1024, action: parameters("catalog_message")},
	"location_request_message": {body: 1024, noHeader: true, action: parameters("send_location")},
	"address_message":          {body: 1024, mediaHeader: true, action: parameters("address_message", "country")},
	"carousel":                 {body: 1024, noHeader: true, action: checkCards},
	"order_details":            {body: 1024, mediaHeader: true, action: anyAction},
	"order_status":             {body: 1024, action: anyAction},
	"voice_call":               {body: 1024, action: anyAction},
	"call_permission_request":  {body: 1024, bodyOptional: true, action: anyAction},
}

// Limits of the parts.
const (
	longestHeader      = 60
	longestFooter      = 60
	longestButton      = 20
	longestButtonID    = 256
	longestRowID       = 200
	longestRowTitle    = 24
	longestDescription = 72
	mostButtons        = 3
	mostRows           = 10
	mostSections       = 10
	mostProducts       = 30
)

func checkInteractive(i *cloud.InteractivePayload) *refusal {
	if i == nil {
		return lacks("interactive")
	}
	limits, known := interactiveBounds[i.Type]
	switch {
	case i.Type == "":
		return lacks("interactive['type']")
	case !known:
		return wrong("interactive['type']", "is not a kind of interactive message")
	case i.Body == nil && !limits.bodyOptional:
		return lacks("interactive['body']")
	case i.Action == nil:
		return lacks("interactive['action']")
	case i.Footer != nil && utf8.RuneCountInString(i.Footer.Text) > longestFooter:
		return tooLong("interactive['footer']['text']", longestFooter)
	}
	if i.Body != nil {
		if r := checkLabel("interactive['body']['text']", i.Body.Text, limits.body); r != nil {
			return r
		}
	}
	if r := limits.header(i.Header); r != nil {
		return r
	}
	return limits.action(i.Action)
}

func (b bounds) header(h *cloud.InteractiveHeader) *refusal {
	switch {
	case h == nil:
		return nil
	case b.noHeader:
		return refuse(100, "Unexpected key 'header': this kind of message has no header.")
	case h.Type == "text":
		return checkLabel("interactive['header']['text']", h.Text, longestHeader)
	case !b.mediaHeader:
		return wrong("interactive['header']['type']", "must be text")
	case h.Type == "image" && h.Image != nil, h.Type == "video" && h.Video != nil, h.Type == "document" && h.Document != nil:
		return nil
	}
	return wrong("interactive['header']['type']", "must be text, image, video or document, with the object of that name")
}

// checkLabel wants a text that is there and not too long.
func checkLabel(parameter, text string, longest int) *refusal {
	if text == "" {
		return lacks(parameter)
	}
	if utf8.RuneCountInString(text) > longest {
		return tooLong(parameter, longest)
	}
	return nil
}

// checkTight also wants the text to neither begin nor end with a space:
// On-Premises takes such buttons, the Cloud API does not.
func checkTight(parameter, text string, longest int) *refusal {
	if strings.TrimSpace(text) != text {
		return wrong(parameter, "must not begin or end with a space")
	}
	return checkLabel(parameter, text, longest)
}

func anyAction(*cloud.InteractiveAction) *refusal { return nil }

func checkButtons(a *cloud.InteractiveAction) *refusal {
	if len(a.Buttons) < 1 || len(a.Buttons) > mostButtons {
		return refuse(131009, fmt.Sprintf("Invalid buttons count. Min allowed buttons: 1, max allowed buttons: %d.", mostButtons))
	}
	titles := map[string]bool{}
	for i, b := range a.Buttons {
		at := "interactive['action']['buttons'][" + strconv.Itoa(i) + "]"
		if b.Type != "reply" || b.Reply == nil {
			return wrong(at, "must be of the type reply")
		}
		r := firstRefusal(
			checkTight(at+"['reply']['title']", b.Reply.Title, longestButton),
			checkTight(at+"['reply']['id']", b.Reply.ID, longestButtonID),
		)
		if r != nil {
			return r
		}
		if titles[b.Reply.Title] {
			return wrong(at+"['reply']['title']", "is there twice")
		}
		titles[b.Reply.Title] = true
	}
	return nil
}

func firstRefusal(refusals ...*refusal) *refusal {
	for _, r := range refusals {
		if r != nil {
			return r
		}
	}
	return nil
}

func checkList(a *cloud.InteractiveAction) *refusal {
	if r := checkTight("interactive['action']['button']", a.Button, longestButton); r != nil {
		return r
	}
	if len(a.Sections) < 1 || len(a.Sections) > mostSections {
		return refuse(131009, fmt.Sprintf("Total section count must be between 1 and %d.", mostSections))
	}
	rows, ids := 0, map[string]bool{}
	for i, s := range a.Sections {
		at := "interactive['action']['sections'][" + strconv.Itoa(i) + "]"
		if len(a.Sections) > 1 && s.Title == "" {
			return lacks(at + "['title']")
		}
		if utf8.RuneCountInString(s.Title) > longestRowTitle {
			return tooLong(at+"['title']", longestRowTitle)
		}
		rows += len(s.Rows)
		for j, row := range s.Rows {
			if r := checkRow(at+"['rows']["+strconv.Itoa(j)+"]", row, ids); r != nil {
				return r
			}
		}
	}
	if rows < 1 || rows > mostRows {
		return refuse(131009, fmt.Sprintf("Total row count must be between 1 and %d.", mostRows))
	}
	return nil
}

func checkRow(at string, row cloud.InteractiveRow, ids map[string]bool) *refusal {
	if r := firstRefusal(checkTight(at+"['id']", row.ID, longestRowID), checkTight(at+"['title']", row.Title, longestRowTitle)); r != nil {
		return r
	}
	if utf8.RuneCountInString(row.Description) > longestDescription {
		return tooLong(at+"['description']", longestDescription)
	}
	if ids[row.ID] {
		return wrong(at+"['id']", "is there twice")
	}
	ids[row.ID] = true
	return nil
}

func checkProduct(a *cloud.InteractiveAction) *refusal {
	switch {
	case a.CatalogID == "":
		return lacks("interactive['action']['catalog_id']")
	case a.ProductRetailerID == "":
		return lacks("interactive['action']['product_retailer_id']")
	}
	return nil
}

func checkProductList(a *cloud.InteractiveAction) *refusal {
	if a.CatalogID == "" {
		return lacks("interactive['action']['catalog_id']")
	}
	products := 0
	for _, s := range a.Sections {
		products += len(s.ProductItems)
	}
	if len(a.Sections) > mostSections || products < 1 || products > mostProducts {
		return refuse(131009, fmt.Sprintf("A list has 1 to %d products in up to %d sections.", mostProducts, mostSections))
	}
	return nil
}

// parameters wants the action to have the name, and the parameters to be there
// as texts.
func parameters(name string, required ...string) func(*cloud.InteractiveAction) *refusal {
	return func(a *cloud.InteractiveAction) *refusal {
		if a.Name != name {
			return wrong("interactive['action']['name']", "must be "+name)
		}
		var given map[string]any
		if len(required) > 0 && json.Unmarshal(a.Parameters, &given) != nil {
			return lacks("interactive['action']['parameters']")
		}
		for _, key := range required {
			text, ok := given[key].(string)
			if !ok || strings.TrimSpace(text) == "" {
				return lacks("interactive['action']['parameters']['" + key + "']")
			}
		}
		return nil
	}
}
