package onprem

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The ids of the documentation's examples, taken apart by hand.
func TestDocumentedIDs(t *testing.T) {
	// Messages, success: to 918884075557.
	if got, want := OutboundID("918884075557", [9]byte(unhex(t, "4ad5912a03560a3eb5"))), "gBEGkYiEB1VXAglK1ZEqA1YKPrU"; got != want {
		t.Errorf("outbound: got %s, want %s", got, want)
	}
	// Webhooks, text message: from 16503916969.
	if got, want := InboundID("16503916969", [10]byte(unhex(t, "3ab4770d98d8d79ae49f"))), "ABGGFlA5FpafAgo6tHcNmNjXmuSf"; got != want {
		t.Errorf("inbound: got %s, want %s", got, want)
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestIDsHaveTheDocumentedPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := rapid.StringMatching(`\+?[0-9]{7,12}`).Draw(t, "to")
		if id := OutboundID(to, [9]byte{}); !strings.HasPrefix(id, "gBEG") {
			t.Errorf("to %s: %s", to, id)
		}
	})
	if id := InboundID("15550100001", [10]byte{}); !strings.HasPrefix(id, "ABGG") {
		t.Errorf("got %s", id)
	}
}

func TestRandomIsFoundAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[0-9]{5,15}`).Draw(t, "number")
		random := [9]byte(rapid.SliceOfN(rapid.Byte(), 9, 9).Draw(t, "random"))
		if got := Random(OutboundID(number, random)); !bytes.Equal(got, random[:]) {
			t.Errorf("got %x, want %x", got, random)
		}
	})
	for _, text := range []string{"", "gBEG", "gBEGkYiEB1VXAglK1ZEqA1YKPr", "wamid.HBgL", "????", "gBEG\x00"} {
		if got := Random(text); got != nil {
			t.Errorf("%q: got %x, want nothing", text, got)
		}
	}
}

func TestIDsOfAnyTextDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := rapid.String().Draw(t, "to")
		if OutboundID(to, [9]byte{1}) == OutboundID(to, [9]byte{2}) {
			t.Errorf("to %q: two messages with one id", to)
		}
	})
}
