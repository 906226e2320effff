// Package fakeapi is a fake of the WhatsApp Business Platform, Cloud API and
// On-Premises API on one core: a server that real clients can send to, with the
// platform's limits, errors, delays and webhooks, and with faults on demand.
//
//	fake := fakeapi.New(t, fakeapi.Options{Profile: "cloud-standard"})
//	sender := yours.NewSender(fake.Client(), fake.URL, fake.Info().Token)
//	...
//	got := fake.Messages(fakeapi.MessageQuery{To: "15550100001"})
//
// New is for tests and closes the fake with the test; a program has Open.
//
// It uses time only through package time and can work without sockets, so it
// also runs inside testing/synctest, where an hour takes no time. All that is
// left to chance is drawn from the seed and the number of the message.
//
// # Control routes
//
// Below /_fake/, for this machine only: health, config (GET, and PATCH with keys
// of the profile or webhook, overrides, app_secret, verify_token, profile), faults
// (GET, POST, DELETE), messages?status=&to=&limit=, inbound (POST: a user writes),
// arrivals?since=&limit=, metrics, reset (POST), schema (of profiles), account
// (POST: an account's webhook), templates (POST: the status of one), upgrade
// (POST: more throughput), and a page that shows the messages as they pass.
//
// A request to either API can force its own answer: X-Fake-Status,
// X-Fake-Code (an error of the platform), X-Fake-Latency, X-Fake-Outcome (failed,
// undelivered, delivered or read; rejected for a template) and X-Fake-Fail-Code.
//
// # What it does not do
//
// Groups, calls, flows, encrypted messages, message history and the business's
// own administration answer with error 3. Business-scoped user ids are refused.
// Media links are not fetched. Products, payments and address messages are
// checked for their form only.
//
// # The way of a request
//
// Server.ServeHTTP numbers the request, records its arrival and makes an
// exchange of it: /_fake/ goes to the control routes, /v1/ to the On-Premises
// side, everything else to the Cloud side. exchange.serve draws the latency from
// side.latency, applies the faults that hit any request (stall, slow, errors,
// reset, and through side.refuse those that each API words its own way) and
// calls side.serve. A side sets exchange.op, decides, and answers through
// exchange.reply, replyValue or answer, which wait until the answer is due.
//
// # The way of a message
//
// A side puts each message into its ledger (ledger.add numbers it) and, once it
// is on its way, calls journey.begin with a course: the profile's Delivery, the
// Person, a code if it is to fail. The journey draws what happens, enters each step
// on the agenda (one heap and one goroutine for all messages), marks it in the
// ledger and hands what journey.status builds to the hook. A side that queues
// messages first, as On-Premises does for its shards, enters its own tasks on
// the agenda and calls journey.begin when a message is drained.
//
// # The way of a webhook
//
// A side is the envelope of its hook: it says where an update goes, how updates
// become a body, and what headers that body needs. The hook does the rest: the
// queue, concurrency, batches, retries, and the faults of webhooks.
//
// # The seam of the two sides
//
// cloud*.go implement side (side.go) for the Cloud API, onprem*.go for
// On-Premises; OnPremProfile is the profile's section of the latter and stands in
// onprem_profile.go, with its defaults in baseProfile. Control routes, faults,
// draws, profiles and the books know both only as side.
package fakeapi
