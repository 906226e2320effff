package fakeapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/fakeapi"
	"wabench/internal/whatsapp/cloud"
)

// greet stands for the code of yours that you want to test.
func greet(client *http.Client, baseURL, number, token, to string) error {
	body := `{"messaging_product":"whatsapp","to":"` + to + `","type":"text","text":{"body":"Hello!"}}`
	req, err := http.NewRequest(http.MethodPost, baseURL+"/v24.0/"+number+"/messages", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var answer cloud.ErrorAnswer
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
			return err
		}
		return fmt.Errorf("%d: %s", res.StatusCode, answer.Error.Message)
	}
	return nil
}

// Three lines are a fake of the whole platform: it has no socket and is closed
// when the test ends.
func TestGreeting(t *testing.T) {
	fake := fakeapi.New(t, fakeapi.Options{})
	info := fake.Info()
	if err := greet(fake.Client(), fake.URL, info.PhoneNumberID, info.Token, "15550100001"); err != nil {
		t.Fatal(err)
	}
	if got := fake.Messages(fakeapi.MessageQuery{To: "15550100001"}); len(got) != 1 || got[0].Type != "text" {
		t.Errorf("the platform received %+v", got)
	}
}

// A program opens a fake and closes it itself.
func ExampleOpen() {
	fake, err := fakeapi.Open(fakeapi.Options{Listen: fakeapi.NoListener})
	if err != nil {
		panic(err)
	}
	defer fake.Close()

	info := fake.Info()
	if err := greet(fake.Client(), info.URL, info.PhoneNumberID, info.Token, "15550100001"); err != nil {
		panic(err)
	}
	for _, m := range fake.Messages(fakeapi.MessageQuery{}) {
		fmt.Println(m.To, m.Type)
	}
	// Output: 15550100001 text
}

// The platform misbehaves on demand.
func ExampleServer_Inject() {
	fake, err := fakeapi.Open(fakeapi.Options{Listen: fakeapi.NoListener})
	if err != nil {
		panic(err)
	}
	defer fake.Close()
	info := fake.Info()

	id, err := fake.Inject(fakeapi.Fault{Kind: fakeapi.Throttle})
	if err != nil {
		panic(err)
	}
	fmt.Println(greet(fake.Client(), info.URL, info.PhoneNumberID, info.Token, "15550100001"))
	fake.Clear(id)
	fmt.Println(greet(fake.Client(), info.URL, info.PhoneNumberID, info.Token, "15550100001"))
	// Output:
	// 400: (#130429) Rate limit hit
	// <nil>
}

// New closes the fake when the test ends, and in the virtual time of
// testing/synctest a day of deliveries takes none.
func TestInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		profile, err := fakeapi.LoadProfile("instant")
		if err != nil {
			t.Fatal(err)
		}
		profile.Cloud.Delivery.Delivered = fakeapi.Constant(24 * time.Hour)
		fake := fakeapi.New(t, fakeapi.Options{Behaviour: profile})
		info := fake.Info()
		if err := greet(fake.Client(), info.URL, info.PhoneNumberID, info.Token, "15550100001"); err != nil {
			t.Fatal(err)
		}
		<-time.After(24 * time.Hour) // virtual
		synctest.Wait()
		if got := fake.Messages(fakeapi.MessageQuery{})[0].Status; got != "delivered" {
			t.Errorf("after a day the message is %s", got)
		}
	})
}

// Webhooks go to any receiver; here to one of net/http/httptest.
func TestWithYourReceiver(t *testing.T) {
	statuses := make(chan string, 2) // as many as one message has
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var hook cloud.Webhook
		if err := json.NewDecoder(r.Body).Decode(&hook); err != nil {
			t.Error(err)
		}
		for _, entry := range hook.Entry {
			var value cloud.Value
			if err := json.Unmarshal(entry.Changes[0].Value, &value); err != nil {
				t.Error(err)
			}
			for _, status := range value.Statuses {
				statuses <- status.Status
			}
		}
	}))
	defer receiver.Close()
	fake := fakeapi.New(t, fakeapi.Options{Listen: "127.0.0.1:0", Webhook: receiver.URL})
	info := fake.Info()
	if err := greet(http.DefaultClient, info.URL, info.PhoneNumberID, info.Token, "15550100001"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sent", "delivered"} {
		if got := <-statuses; got != want {
			t.Errorf("status %s, want %s", got, want)
		}
	}
}
