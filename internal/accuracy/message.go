package accuracy

import (
	"maps"
	"slices"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// The business number, the recipient and the text that every tool sends.
const (
	graph     = "v24.0"
	number    = "106540352242922"
	token     = "accuracy"
	recipient = "15550100000"
	text      = "Your parcel arrives today."
)

// answer is what the server answers to every message.
const answer = `{"messaging_product":"whatsapp","contacts":[{"input":"` + recipient + `","wa_id":"` + recipient +
	`"}],"messages":[{"id":"wamid.HBgLMTU1NTAxMDAwMDAVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"}]}`

// message is the request that every tool sends: bench's own, so that the work
// is the same.
func message() (whatsapp.Request, error) {
	return dialect().Encode(whatsapp.Call{Op: whatsapp.OpSend, Message: whatsapp.Message{
		To: recipient, Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: text},
	}})
}

func dialect() *cloud.Dialect {
	return cloud.New(cloud.Options{Version: graph, PhoneNumberID: number, Token: token})
}

// headerOf lists a request's header as name and value, sorted by name.
func headerOf(r whatsapp.Request) (fields [][2]string) {
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fields = append(fields, [2]string{name, r.Header.Get(name)})
	}
	return fields
}
