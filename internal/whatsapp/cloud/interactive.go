package cloud

import "encoding/json"

// InteractivePayload is a message with buttons, a list, a flow or products.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages
// and its neighbours.
type InteractivePayload struct {
	Type   string             `json:"type"`
	Header *InteractiveHeader `json:"header"`
	Body   *InteractiveText   `json:"body"`
	Footer *InteractiveText   `json:"footer"`
	Action *InteractiveAction `json:"action"`
}

// InteractiveText is the body or the footer.
type InteractiveText struct {
	Text string `json:"text"`
}

// InteractiveHeader is what stands above the body.
type InteractiveHeader struct {
	Type     string           `json:"type"`
	Text     string           `json:"text"`
	SubText  string           `json:"sub_text"`
	Image    *MediaPayload    `json:"image"`
	Video    *MediaPayload    `json:"video"`
	Document *DocumentPayload `json:"document"`
}

// InteractiveAction is what the user can do.
type InteractiveAction struct {
	Button            string               `json:"button"`
	Buttons           []InteractiveButton  `json:"buttons"`
	Sections          []InteractiveSection `json:"sections"`
	Name              string               `json:"name"`
	Parameters        json.RawMessage      `json:"parameters"`
	CatalogID         Scalar               `json:"catalog_id"`
	ProductRetailerID Scalar               `json:"product_retailer_id"`
	Cards             []InteractiveCard    `json:"cards"`
	Mode              string               `json:"mode"`
}

// InteractiveCard is one card of a carousel.
type InteractiveCard struct {
	Index  Scalar             `json:"card_index"`
	Type   string             `json:"type"`
	Header *InteractiveHeader `json:"header"`
	Body   *InteractiveText   `json:"body"`
	Action *InteractiveAction `json:"action"`
}

// InteractiveButton is a reply button.
type InteractiveButton struct {
	Type  string `json:"type"`
	Reply *struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"reply"`
}

// InteractiveSection is a part of a list: rows or products.
type InteractiveSection struct {
	Title        string           `json:"title"`
	Rows         []InteractiveRow `json:"rows"`
	ProductItems []struct {
		ProductRetailerID Scalar `json:"product_retailer_id"`
	} `json:"product_items"`
}

// InteractiveRow is a choice of a list.
type InteractiveRow struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}
