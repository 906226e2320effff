package fakeapi

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"wabench/internal/whatsapp/onprem"
)

// onPremInteractive is as much of an interactive message as the API looks at before it
// says yes.
type onPremInteractive struct {
	Type   string `json:"type"`
	Header *struct {
		Type string `json:"type"`
	} `json:"header"`
	Body *struct {
		Text string `json:"text"`
	} `json:"body"`
	Action *struct {
		Buttons  []onPremButton  `json:"buttons"`
		Button   string          `json:"button"`
		Sections []onPremSection `json:"sections"`
	} `json:"action"`
}

type onPremButton struct {
	Reply struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"reply"`
}

type onPremSection struct {
	Title string `json:"title"`
	Rows  []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"rows"`
}

// onPremInteractives are those that On-Premises knows; only button and list are
// looked into.
var onPremInteractives = []string{"button", "list", "product", "product_list", "catalog_message", "flow"}

var onPremHeaders = []string{"text", "image", "video", "document"}

func examineInteractive(_ *onPremSide, msg *onprem.Message) onprem.Error {
	var in onPremInteractive
	switch {
	case msg.Interactive == nil:
		return parameterMissing("interactive")
	case json.Unmarshal(msg.Interactive, &in) != nil:
		return parameterNotValid("interactive is not an interactive message")
	case !slices.Contains(onPremInteractives, in.Type):
		return parameterNotValid("interactive.type '%s' is not known", in.Type)
	case in.Header != nil && !slices.Contains(onPremHeaders, in.Header.Type):
		return onprem.NewError(onprem.CodeInvalidHeader, "A header is a text, an image, a video or a document")
	case in.Action == nil:
		return parameterMissing("interactive.action")
	case in.Type != "product" && (in.Body == nil || in.Body.Text == ""):
		return parameterMissing("interactive.body.text")
	case in.Type == "button":
		return examineButtons(in.Action.Buttons)
	case in.Type == "list":
		return examineList(in.Action.Button, in.Action.Sections)
	}
	return onprem.Error{}
}

func examineButtons(buttons []onPremButton) onprem.Error {
	if n := len(buttons); n < 1 || n > 3 {
		return parameterNotValid("%d buttons; there can be 1 to 3", n)
	}
	titles := map[string]bool{}
	for _, b := range buttons {
		title := b.Reply.Title
		if title == "" || utf8.RuneCountInString(title) > 20 || titles[title] {
			return parameterNotValid("the title '%s' of a button is empty, too long or there twice", title)
		}
		if b.Reply.ID == "" || len(b.Reply.ID) > 256 {
			return parameterNotValid("the id of a button is empty or too long")
		}
		titles[title] = true
	}
	return onprem.Error{}
}

func examineList(button string, sections []onPremSection) onprem.Error {
	if button == "" {
		return parameterMissing("interactive.action.button")
	}
	if n := len(sections); n < 1 || n > 10 {
		return onprem.NewError(onprem.CodeInvalidSections, "A list has 1 to 10 sections")
	}
	rows := 0
	for _, s := range sections {
		if len(sections) > 1 && s.Title == "" {
			return onprem.NewError(onprem.CodeInvalidSections, "With several sections each needs a title")
		}
		for _, row := range s.Rows {
			if row.ID == "" || row.Title == "" {
				return onprem.NewError(onprem.CodeInvalidRows, "A row needs an id and a title")
			}
		}
		rows += len(s.Rows)
	}
	if rows < 1 || rows > 10 {
		return onprem.NewError(onprem.CodeInvalidRows, "A list has 1 to 10 rows")
	}
	return onprem.Error{}
}
