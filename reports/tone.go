package reports

import (
	"fmt"
	"image/color"
)

// Tone is a colour by its role. Its value is light's or dark's, so that one
// drawing serves both.
type Tone string

// The tones that are not a target's.
const (
	Ink    Tone = "ink"    // text and axes
	Faint  Tone = "faint"  // secondary text
	Grid   Tone = "grid"   // grid lines
	Paper  Tone = "paper"  // the background
	Shade  Tone = "shade"  // warm-up
	Danger Tone = "danger" // outages
	Alarm  Tone = "alarm"  // faults that were injected
	Plan   Tone = "plan"   // what was planned
)

// shade is a tone's colour on light and on dark paper.
type shade struct{ light, dark uint32 }

// tones hold every colour a figure can have. The targets' lightness differs as
// much as their hue, for grey paper and for the colour-blind; every one of them
// has a contrast of 3 to 1 or more against its paper.
var tones = map[Tone]shade{
	Ink: {0x1f2430, 0xe6e8ee}, Faint: {0x5b6372, 0xa3abbb}, Grid: {0xe3e6ec, 0x323846}, Paper: {0xffffff, 0x171a21},
	Shade: {0x9aa3b2, 0x7c8699}, Danger: {0xc62828, 0xff6b6b}, Alarm: {0xb26a00, 0xffb74d}, Plan: {0x7a8394, 0x98a2b5},
	"target-0": {0x0b3c8c, 0x6ea8ff}, "target-1": {0xd2690e, 0xffb35c}, "target-2": {0x1c8a5a, 0x63d6a2}, "target-3": {0x9c2f8f, 0xf08fe4},
	"throttled": {0xb8860b, 0xe8c04f}, "client_fault": {0x8a5fbf, 0xc3a0ee}, "target_5xx": {0xc62828, 0xff6b6b},
	"target_timeout": {0x7f1d1d, 0xd94a4a}, "target_reset": {0xe0707e, 0xff9fa8}, "network": {0x3b5f7f, 0x86b3d9}, "generator_fault": {0x555555, 0xbbbbbb},
}

// toneNames lists the tones in the order of the style sheet.
var toneNames = []Tone{
	Ink, Faint, Grid, Paper, Shade, Danger, Alarm, Plan, "target-0", "target-1", "target-2", "target-3",
	"throttled", "client_fault", "target_5xx", "target_timeout", "target_reset", "network", "generator_fault",
}

// look is how a target is drawn wherever it appears.
type look struct {
	tone   Tone
	dash   Dash
	marker Marker
}

// looks are the targets' looks in their order; a fifth repeats the first.
var looks = []look{
	{"target-0", nil, Circle},
	{"target-1", Dash{7, 3}, Square},
	{"target-2", Dash{2, 2.5}, Triangle},
	{"target-3", Dash{9, 3, 2, 3}, Cross},
}

// lookOf returns the look of target i.
func lookOf(i int) look { return looks[i%len(looks)] }

// paint is a tone with an opacity: the colour that gonum/plot hands through to
// the canvas, where a drawing for the page still knows its role.
type paint struct {
	tone  Tone
	alpha float64
}

// solid is a tone that hides what is below it.
func solid(t Tone) paint { return paint{t, 1} }

// RGBA is the tone on light paper, premultiplied as color.Color wants it.
func (p paint) RGBA() (r, g, b, a uint32) {
	hex := tones[p.tone].light
	c := color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), uint8(p.alpha*255 + 0.5)}
	return c.RGBA()
}

// css is the tone as a variable, with its light value where there is none.
func (t Tone) css() string { return fmt.Sprintf("var(--%s,#%06x)", t, tones[t].light) }
