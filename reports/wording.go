package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"wabench/internal/units"
)

// none stands where there is no figure: an en dash, never a zero.
const none = "–"

// count prints n with thousands separated.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// share prints part of whole in percent, or a dash if there is no whole.
func share(part, whole int64) string {
	if whole == 0 {
		return none
	}
	return units.Percent(float64(part) / float64(whole)).String()
}

// rate prints events per second.
func rate(perSecond float64) string {
	return significant(perSecond) + "/s"
}

// significant prints x with three significant digits, or whole from 100 on.
func significant(x float64) string {
	switch {
	case x >= 100 || x <= -100:
		return count(int64(x + 0.5))
	case x == 0:
		return "0"
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// interval prints a 95 % interval of durations.
func interval(bounds [2]time.Duration) string {
	return units.FormatDuration(bounds[0]) + "–" + units.FormatDuration(bounds[1])
}

// ratio prints head / base: as a change in percent, or as a factor where it is
// more than double.
func ratio(r float64) string {
	switch {
	case r > 2:
		return strconv.FormatFloat(r, 'g', 3, 64) + "×"
	case r == 1:
		return "±0%"
	}
	return signed((r-1)*100) + "%"
}

// ratios prints the interval of a ratio in the form ratio chose for r.
func ratios(r float64, bounds [2]float64) string {
	if r > 2 {
		return significant(bounds[0]) + "×–" + significant(bounds[1]) + "×"
	}
	return signed((bounds[0]-1)*100) + "% to " + signed((bounds[1]-1)*100) + "%"
}

// signed prints x, a change in percent, with its sign and as many decimals as
// its size deserves.
func signed(x float64) string {
	switch abs := math.Abs(x); {
	case abs < 0.005:
		return "±0"
	case abs < 1:
		return fmt.Sprintf("%+.2f", x)
	case abs < 10, x < -90:
		// Close to -100 % a tenth is a lot, as it is close to 0.
		return fmt.Sprintf("%+.1f", x)
	}
	return fmt.Sprintf("%+.0f", x)
}

// plural prints n and the word, with an s if n is not one.
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return count(int64(n)) + " " + word + "s"
}

// list joins words as a sentence does: a, b and c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// sentence starts text with a capital and ends it with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	runes := []rune(text)
	runes[0] = unicode.ToUpper(runes[0])
	if !strings.ContainsRune(".!?", runes[len(runes)-1]) {
		runes = append(runes, '.')
	}
	return string(runes)
}

// tidy makes outside text safe for one line: control characters, which could
// move a terminal's cursor, become spaces.
func tidy(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}

// clip shortens text to n characters.
func clip(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}
