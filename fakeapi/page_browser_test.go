//go:build browser

package fakeapi

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A real browser shows the messages as they pass, what became of them, and
// nothing of what they would like to run.
func TestPageInABrowser(t *testing.T) {
	profile := profileOf(t, "instant", func(p *Profile) {
		p.Cloud.Delivery.Read, p.Cloud.Delivery.ReadAfter = 1, Constant(1200*time.Millisecond)
	})
	s := Start(t, Options{Listen: "127.0.0.1:0", Behaviour: profile})
	c := &client{t: t, server: s, http: http.DefaultClient}
	tab := browserTab(t)
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(tab, steps...); err != nil {
			t.Fatal(err)
		}
	}
	// until waits in the page for an expression to hold, looking twenty times a second.
	until := func(expression string) {
		t.Helper()
		held, err := chromedp.Run(tab, chromedp.Evaluate[bool](`new Promise(done => {
			const ends = Date.now() + 20000;
			(function look() { if (`+expression+`) done(true); else if (Date.now() > ends) done(false); else setTimeout(look, 50); })();
		})`, chromedp.EvalAwaitPromise))
		if err != nil || !held {
			text, _ := chromedp.Run(tab, chromedp.Evaluate[string](`document.body.innerText`))
			t.Fatalf("%s never held (%v) in\n%s", expression, err, text)
		}
	}
	do(chromedp.Navigate(s.URL + "/_fake/"))
	until(`document.getElementById("summary").textContent === "No messages."`)

	const attack = `<img src=x onerror=window.attacked=1><script>window.attacked=1</script>`
	c.send(textTo("15550100001"))
	c.send(strings.Replace(textTo("15550100002"), `"hi"`, `"`+attack+`"`, 1))
	c.send(textTo("15550100003"), "X-Fake-Outcome", "failed")
	c.send(`{"messaging_product":"whatsapp","to":"15550100004","type":"dance"}`)
	until(`document.querySelectorAll("#messages tr").length === 4`)
	until(`document.querySelectorAll("li.read.last").length === 2`) // which comes later
	until(`document.querySelector("li.failed.last").textContent.startsWith("failed 131026")`)
	until(`document.querySelector("li.rejected.last").textContent === "rejected 131051"`)
	until(`document.getElementById("messages").textContent.includes("<img src=x onerror")`)
	until(`window.attacked === undefined && document.images.length === 0 && document.scripts.length === 1`)
	picture(t, tab)

	if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](`(() => {
		document.getElementById("status").value = "failed";
		return document.getElementById("status").dispatchEvent(new Event("change"));
	})()`)); err != nil {
		t.Fatal(err)
	}
	until(`document.querySelectorAll("#messages tr").length === 1`)
	do(chromedp.EmulateViewport(400, 800))
	until(`document.documentElement.scrollWidth <= 400`)
}

// browserTab returns a tab of a headless Chromium.
func browserTab(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(allocated)
	t.Cleanup(closeTab)
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.EmulateViewport(1200, 700)); err != nil {
		t.Fatal(err)
	}
	tab, cancel := context.WithTimeout(tab, time.Minute)
	t.Cleanup(cancel)
	return tab
}

// picture keeps a picture of the page for whoever asks for it with
// FAKEAPI_PICTURES=DIR.
func picture(t *testing.T, tab context.Context) {
	t.Helper()
	png, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
	if err != nil || len(png) < 1000 {
		t.Fatalf("a picture of %d bytes, %v", len(png), err)
	}
	if dir := os.Getenv("FAKEAPI_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "fake-page.png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
