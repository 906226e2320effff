package reports

import (
	"math"
	"slices"
	"testing"
)

// luminance is WCAG 2's relative luminance.
func luminance(hex uint32) float64 {
	part := func(shift int) float64 {
		c := float64(hex>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

// contrast is WCAG 2's contrast ratio.
func contrast(a, b uint32) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestTonesAreReadableOnTheirPaper(t *testing.T) {
	least := map[Tone]float64{Ink: 7, Faint: 4.5, Grid: 0, Paper: 0, Shade: 2.5, "throttled": 3}
	for _, name := range toneNames {
		want, ok := least[name]
		if !ok {
			want = 3
		}
		light, dark := contrast(tones[name].light, tones[Paper].light), contrast(tones[name].dark, tones[Paper].dark)
		if light < want || dark < want {
			t.Errorf("%s has contrast %.2f on light and %.2f on dark paper, want %.1f", name, light, dark, want)
		}
	}
}

func TestBaseAndHeadDifferInGreyscale(t *testing.T) {
	if c := contrast(tones["target-0"].light, tones["target-1"].light); c < 2 {
		t.Errorf("contrast of the first two targets is %.2f, want 2 or more", c)
	}
}

func TestEveryToneIsInTheStyleSheet(t *testing.T) {
	if len(toneNames) != len(tones) {
		t.Errorf("%d tones are named, %d exist", len(toneNames), len(tones))
	}
	for name := range tones {
		if !slices.Contains(toneNames, name) {
			t.Errorf("%s is not in the style sheet", name)
		}
	}
}
