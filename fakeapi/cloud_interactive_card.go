package fakeapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"wabench/internal/whatsapp/cloud"
)

// Limits of the cards of a carousel.
const (
	fewestCards     = 2
	mostCards       = 10
	longestCardText = 160
)

// checkLink wants a label and an address that can be opened.
func checkLink(a *cloud.InteractiveAction) *refusal {
	if r := parameters("cta_url", "display_text", "url")(a); r != nil {
		return r
	}
	var link struct {
		Text string `json:"display_text"`
		URL  string `json:"url"`
	}
	_ = json.Unmarshal(a.Parameters, &link) // both are there and texts
	if !strings.HasPrefix(link.URL, "https://") && !strings.HasPrefix(link.URL, "http://") {
		return wrong("interactive['action']['parameters']['url']", "is not a valid address")
	}
	return checkTight("interactive['action']['parameters']['display_text']", link.Text, longestButton)
}

// checkFlow wants a flow by its id or its name.
func checkFlow(a *cloud.InteractiveAction) *refusal {
	if r := parameters("flow", "flow_message_version", "flow_cta")(a); r != nil {
		return r
	}
	var flow struct {
		ID      cloud.Scalar `json:"flow_id"`
		Name    string       `json:"flow_name"`
		Version string       `json:"flow_message_version"`
		Action  string       `json:"flow_action"`
	}
	switch err := json.Unmarshal(a.Parameters, &flow); {
	case err != nil || (flow.ID == "") == (flow.Name == ""):
		return lacks("interactive['action']['parameters']['flow_id'] or ['flow_name']")
	case flow.Version != "3":
		return wrong("interactive['action']['parameters']['flow_message_version']", "must be 3")
	case flow.Action != "" && flow.Action != "navigate" && flow.Action != "data_exchange":
		return wrong("interactive['action']['parameters']['flow_action']", "must be navigate or data_exchange")
	}
	return nil
}

// checkCards wants cards of one kind, numbered in their order.
func checkCards(a *cloud.InteractiveAction) *refusal {
	if len(a.Cards) < fewestCards || len(a.Cards) > mostCards {
		return refuse(131009, fmt.Sprintf("A carousel has %d to %d cards.", fewestCards, mostCards))
	}
	for i, card := range a.Cards {
		at := "interactive['action']['cards'][" + strconv.Itoa(i) + "]"
		switch {
		case string(card.Index) != strconv.Itoa(i):
			return wrong(at+"['card_index']", "must be "+strconv.Itoa(i))
		case card.Type != a.Cards[0].Type:
			return wrong(at+"['type']", "must be that of the other cards")
		case card.Action == nil:
			return lacks(at + "['action']")
		}
		if r := checkCard(at, card); r != nil {
			return r
		}
	}
	return nil
}

func checkCard(at string, card cloud.InteractiveCard) *refusal {
	switch card.Type {
	case "product":
		return checkProduct(card.Action)
	case "cta_url":
	default:
		return wrong(at+"['type']", "must be cta_url or product")
	}
	h := card.Header
	if h == nil || !(h.Type == "image" && h.Image != nil || h.Type == "video" && h.Video != nil) {
		return wrong(at+"['header']", "must be an image or a video")
	}
	if card.Body != nil {
		if r := checkLabel(at+"['body']['text']", card.Body.Text, longestCardText); r != nil {
			return r
		}
	}
	return checkLink(card.Action)
}
