//go:build browser

package reports

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser returns a tab of a headless Chromium that shows an empty page.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(allocated)
	t.Cleanup(closeTab)
	do(t, tab, chromedp.Navigate("about:blank"))
	tab, cancel := context.WithTimeout(tab, time.Minute)
	t.Cleanup(cancel)
	return tab
}

// do runs steps in a tab.
func do(t *testing.T, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// evaluate returns the value of an expression of the page.
func evaluate[T any](t *testing.T, tab context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(tab, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// pageFile writes the staircase report to a file and returns its address.
func pageFile(t *testing.T) string {
	t.Helper()
	doc, err := Build(staircase(t))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "report.html")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.HTML(file); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return "file://" + name
}

// countVisible counts the elements of a selector that take room on the page.
func countVisible(selector string) string {
	return `[...document.querySelectorAll('` + selector + `')].filter(e => e.getBoundingClientRect().height > 20).length`
}

func TestThePageWorksInABrowser(t *testing.T) {
	tab := browser(t)
	do(t, tab, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(pageFile(t)))
	figures := evaluate[int](t, tab, `document.querySelectorAll("figure").length`)
	live := evaluate[int](t, tab, `[...document.querySelectorAll("figure")].filter(f => f.querySelector("canvas, svg")).length`)
	if canvases := evaluate[int](t, tab, countVisible("canvas")); canvases < 5 || live != figures {
		t.Errorf("%d charts to hover over in %d of %d figures", canvases, live, figures)
	}
	if tables := evaluate[int](t, tab, countVisible("table")); tables < 5 {
		t.Errorf("%d tables", tables)
	}
	if wide := evaluate[int](t, tab, `document.documentElement.scrollWidth`); wide > 1200 {
		t.Errorf("the page is %d wide in a window of 1200", wide)
	}
}

func TestThePageStandsWithoutScripts(t *testing.T) {
	tab := browser(t)
	do(t, tab, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	}, chromedp.Navigate(pageFile(t)))
	drawings := evaluate[int](t, tab, countVisible("figure svg"))
	if canvases := evaluate[int](t, tab, countVisible("canvas")); drawings < 5 || canvases != 0 {
		t.Errorf("%d drawings and %d canvases, want the drawings alone", drawings, canvases)
	}
}

func TestThePageFitsAPhone(t *testing.T) {
	tab := browser(t)
	do(t, tab, chromedp.EmulateViewport(400, 800), chromedp.Navigate(pageFile(t)))
	if wide := evaluate[int](t, tab, `document.documentElement.scrollWidth`); wide > 400 {
		t.Errorf("the page is %d wide on a screen of 400", wide)
	}
}
