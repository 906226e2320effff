package whatsapp

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestClassesRoundTripByName(t *testing.T) {
	seen := map[string]bool{}
	for _, want := range Classes() {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Class
		if err := json.Unmarshal(text, &got); err != nil || got != want {
			t.Errorf("class %d writes %s and reads as %d (%v)", want, text, got, err)
		}
		if name := want.String(); name == "" || seen[name] || strings.ToLower(name) != name {
			t.Errorf("class %d has the name %q", want, name)
		}
		seen[want.String()] = true
	}
	if len(seen) != int(numClasses) {
		t.Errorf("%d names for %d classes", len(seen), numClasses)
	}
}

func TestUnknownClasses(t *testing.T) {
	for _, text := range []string{"", "OK", "target", "class(8)"} {
		var c Class
		if err := c.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "is not an outcome class") {
			t.Errorf("%q reads as %v, error %v", text, c, err)
		}
	}
	if text, err := numClasses.MarshalText(); err == nil {
		t.Errorf("a class that is none writes %q", text)
	}
	if got := numClasses.String(); got != "class(8)" {
		t.Errorf("a class that is none prints %q", got)
	}
}

// Whose fault each class is: the table that error_rate and availability rest
// on.
func TestWhoseFault(t *testing.T) {
	for class, want := range map[Class]struct{ target, failed bool }{
		OK:             {},
		Throttled:      {},
		ClientFault:    {failed: true},
		Target5xx:      {target: true, failed: true},
		TargetTimeout:  {target: true, failed: true},
		TargetReset:    {target: true, failed: true},
		Network:        {target: true, failed: true},
		GeneratorFault: {},
	} {
		if class.TargetFailed() != want.target || class.Failed() != want.failed {
			t.Errorf("%v: target %t, failed %t; want %+v", class, class.TargetFailed(), class.Failed(), want)
		}
	}
}
