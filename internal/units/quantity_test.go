package units

import (
	"encoding"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"250ms":    250 * time.Millisecond,
		"1m30s":    90 * time.Second,
		"0":        0,
		"0s":       0,
		"1.5h":     90 * time.Minute,
		" 10µs ":   10 * time.Microsecond,
		"2d":       48 * time.Hour,
		"0.5d":     12 * time.Hour,
		"36500d":   36500 * 24 * time.Hour,
		"0.00001d": 864 * time.Millisecond,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]Rate{
		"80/s": 80, "600/m": 10, "1800/h": 0.5, "0/s": 0, "-0/s": 0, " 12.5 / s ": 12.5, "1e3/s": 1000,
	} {
		got, err := ParseRate(text)
		if err != nil || got != want || math.Signbit(float64(got)) {
			t.Errorf("ParseRate(%q) = %v, %v; want %v", text, float64(got), err, float64(want))
		}
	}
}

func TestParsePercent(t *testing.T) {
	for text, want := range map[string]Percent{
		"0.1%": 0.001, "40%": 0.4, "-5%": -0.05, "+10%": 0.1, "250%": 2.5, " 7 %": 0.07, "0.07%": 0.0007, "1e-3%": 0.00001,
	} {
		if got, err := ParsePercent(text); err != nil || got != want {
			t.Errorf("ParsePercent(%q) = %v, %v; want %v", text, float64(got), err, float64(want))
		}
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]Bytes{
		"64KiB": 64 << 10, "1.5MiB": 3 << 19, "5MB": 5e6, "300B": 300, "2GiB": 2 << 30, "1 kB": 1000, "0B": 0,
		"1.1KiB": 1126, "9007199254740993B": 1<<53 + 1, "9223372036854775807B": math.MaxInt64,
	} {
		if got, err := ParseBytes(text); err != nil || got != want {
			t.Errorf("ParseBytes(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestParseMoney(t *testing.T) {
	for text, want := range map[string]Money{
		"5 USD": {5, "USD"}, "0.005 EUR": {0.005, "EUR"}, " 1e-6  INR ": {1e-6, "INR"}, "0 USD": {0, "USD"},
	} {
		if got, err := ParseMoney(text); err != nil || got != want {
			t.Errorf("ParseMoney(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

// Every refusal quotes the text and shows how it is written.
func TestBadTextsAreRefusedWithTheWayOut(t *testing.T) {
	numbers := []string{"", " ", "x", "--1", "1_000", "0x10", "inf", "NaN", "1e", "1e999", "1,5", "1e99999999999999999999", "٣"}
	for _, test := range []struct {
		unit, way string
		parse     func(string) error
		more      []string
	}{
		{"s", "250ms", func(s string) error { _, err := ParseDuration(s); return err }, []string{"5", "5 s", "1h 5m", "99999999h"}},
		{"d", "250ms", func(s string) error { _, err := ParseDuration(s); return err }, []string{"36501d", "1d12h"}},
		{"/s", "80/s", func(s string) error { _, err := ParseRate(s); return err }, []string{"80", "80/", "80/d", "/", "80/s/s"}},
		{"%", "0.1%", func(s string) error { _, err := ParsePercent(s); return err }, []string{"0.1", "%%", "5%%"}},
		{"KiB", "64KiB", func(s string) error { _, err := ParseBytes(s); return err }, []string{"64", "64kb", "64TiB", "9999999999GiB", "-1KiB", "9223372036854775808B"}},
		{" USD", "5 USD", func(s string) error { _, err := ParseMoney(s); return err }, []string{"5", "5USD", "5 usd", "5 DOLLAR", "-5 USD", "USD 5", "5 USD EUR"}},
	} {
		texts := test.more
		for _, number := range numbers {
			texts = append(texts, number+test.unit)
		}
		for _, text := range texts {
			err := test.parse(text)
			if err == nil {
				t.Errorf("%q was accepted", text)
			} else if !strings.Contains(err.Error(), test.way) {
				t.Errorf("%q is refused without the way out: %v", text, err)
			}
		}
	}
}

func TestNegativesAreNamed(t *testing.T) {
	if _, err := ParseRate("-5/m"); err == nil || err.Error() != "rate -5/m is negative" {
		t.Errorf("error %v", err)
	}
	if _, err := ParseDuration("-5s"); err == nil || err.Error() != "duration -5s is negative" {
		t.Errorf("error %v", err)
	}
}

func TestFormatDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                       "0s",
		1:                       "1ns",
		999:                     "999ns",
		1500:                    "1.5µs",
		999_499:                 "999µs",
		999_600:                 "1ms", // not 1000µs
		38_240 * 1000:           "38.2ms",
		999_700 * 1000:          "1s", // not 1000ms
		1250 * time.Millisecond: "1.25s",
		59_940 * 1e6:            "59.9s",
		59_960 * 1e6:            "1m", // not 60s
		time.Minute:             "1m",
		750 * time.Second:       "12m30s",
		10 * time.Minute:        "10m",
		time.Hour:               "1h",
		90 * time.Minute:        "1h30m",
		time.Hour + 30e9:        "1h0m30s",
		100 * time.Hour:         "100h",
		-38_240 * 1000:          "-38.2ms",
		-90 * time.Minute:       "-1h30m",
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("FormatDuration(%d) = %s, want %s", d, got, want)
		}
	}
}

func TestRateString(t *testing.T) {
	for r, want := range map[Rate]string{
		80: "80/s", 0: "0/s", 0.5: "30/m", 12.5: "750/m", 1.0 / 3600: "1/h", 1e6: "1000000/s",
		Rate(1.0 / 3): "20/m", math.Pi: "3.14/s", 0.0001: "0.36/h", 1e-12: "0.0000000036/h", 49.983456: "50/s",
	} {
		if got := r.String(); got != want {
			t.Errorf("Rate(%v) prints %s, want %s", float64(r), got, want)
		}
	}
}

func TestPercentString(t *testing.T) {
	for p, want := range map[Percent]string{
		0: "0%", 0.001: "0.1%", 0.125: "12.5%", 1: "100%", 2.5: "250%", -0.05: "-5%", 0.00123456: "0.123%",
		1e-7: "0.00001%", 0.9957: "99.57%", 0.999: "99.9%", 0.9999999: "99.999%", 0.999999999999: "99.999%", 1.0 / 3: "33.3%",
	} {
		if got := p.String(); got != want {
			t.Errorf("Percent(%v) prints %s, want %s", float64(p), got, want)
		}
	}
}

func TestBytesString(t *testing.T) {
	for b, want := range map[Bytes]string{
		0: "0B", 300: "300B", 1023: "1023B", 1 << 10: "1KiB", 1536: "1.5KiB", 64 << 10: "64KiB", 1<<20 - 1: "1MiB", 3 << 29: "1.5GiB", -2048: "-2KiB",
	} {
		if got := b.String(); got != want {
			t.Errorf("Bytes(%d) prints %s, want %s", int64(b), got, want)
		}
	}
}

func TestMoneyString(t *testing.T) {
	for m, want := range map[Money]string{
		{5.25, "USD"}: "5.25 USD", {5, "USD"}: "5.00 USD", {0.005, "EUR"}: "0.005 EUR", {0.00001, "EUR"}: "0.00001 EUR", {0, "INR"}: "0.00 INR",
	} {
		if got := m.String(); got != want {
			t.Errorf("%v prints %s, want %s", struct{ Amount float64 }{m.Amount}, got, want)
		}
	}
}

// roundTrip writes a quantity as text and reads it back.
func roundTrip[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](t *rapid.T, want encoding.TextMarshaler,
) T {
	text, err := want.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var got T
	if err := P(&got).UnmarshalText(text); err != nil {
		t.Fatalf("%v writes %q, which is refused: %v", want, text, err)
	}
	if strings.ContainsAny(strings.TrimRight(string(text), "/sBUSD"), "eE") {
		t.Fatalf("%v writes %q: no exponents in files for people", want, text)
	}
	return got
}

func TestTextsRoundTripExactly(t *testing.T) {
	amounts := rapid.Float64Range(0, 1e12)
	rapid.Check(t, func(t *rapid.T) {
		r := Rate(amounts.Draw(t, "rate"))
		if got := roundTrip[Rate](t, r); got != r {
			t.Fatalf("rate %v comes back as %v", float64(r), float64(got))
		}
		p := Percent(rapid.Float64Range(-1e6, 1e6).Draw(t, "percent"))
		if got := roundTrip[Percent](t, p); got != p {
			t.Fatalf("share %v comes back as %v", float64(p), float64(got))
		}
		b := Bytes(rapid.Int64Range(0, math.MaxInt64).Draw(t, "bytes"))
		if got := roundTrip[Bytes](t, b); got != b {
			t.Fatalf("size %d comes back as %d", b, got)
		}
		m := Money{amounts.Draw(t, "amount"), "USD"}
		if got := roundTrip[Money](t, m); got != m {
			t.Fatalf("money %v comes back as %v", m.Amount, got.Amount)
		}
	})
}

// What is printed for people reads back within the three digits it shows.
func TestPrintedReadsBackNearby(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(math.Pow(10, rapid.Float64Range(0, 15).Draw(t, "log d")))
		read, err := ParseDuration(FormatDuration(d))
		if err != nil || !near(float64(read), float64(d), 0.0051) {
			t.Fatalf("%d prints %s, reads as %d (%v)", d, FormatDuration(d), read, err)
		}
		r := Rate(math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "log r")))
		rate, err := ParseRate(r.String())
		if err != nil || !near(float64(rate), float64(r), 0.0051) {
			t.Fatalf("rate %v prints %s, reads as %v (%v)", float64(r), r, float64(rate), err)
		}
		b := Bytes(math.Pow(10, rapid.Float64Range(0, 13).Draw(t, "log b")))
		size, err := ParseBytes(b.String())
		if err != nil || !near(float64(size), float64(b), 0.0051) {
			t.Fatalf("size %d prints %s, reads as %d (%v)", b, b, size, err)
		}
		p := Percent(rapid.Float64Range(0, 1).Draw(t, "p"))
		share, err := ParsePercent(p.String())
		if err != nil || !near(float64(share), float64(p), 0.0051) || share == 1 && p != 1 {
			t.Fatalf("share %v prints %s, reads as %v (%v)", float64(p), p, float64(share), err)
		}
	})
}

func near(got, want, share float64) bool { return math.Abs(got-want) <= share*math.Abs(want) }
