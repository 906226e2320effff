package gate

import "slices"

// SyntaxError is a mistake in a rule. Offset is the byte of the rule at which
// it begins; Hint, where there is one, says what to write.
type SyntaxError struct {
	Offset     int
	Text, Hint string
}

// Error is the mistake in words, without its place and its hint.
func (e *SyntaxError) Error() string { return e.Text }

// nearest is the name that was probably meant, empty if none is close.
func nearest(word string, names []string) string {
	best, least := "", 1+len(word)/3
	for _, name := range names {
		if d := editDistance(word, name); d <= least && (best == "" || d < least) {
			best, least = name, d
		}
	}
	return best
}

// didYouMean is a hint at the nearest name, or else at other.
func didYouMean(word string, names []string, other string) string {
	if name := nearest(word, names); name != "" {
		return "did you mean " + name + "?"
	}
	return other
}

// editDistance counts the insertions, deletions, replacements and swaps of
// neighbours that turn one word into the other.
func editDistance(from, to string) int {
	var before, last []int
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		before, last, row = last, row, make([]int, len(to)+1)
		row[0] = i + 1
		for j := range len(to) {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(to)]
}

// known reports whether name is one of names.
func known(name string, names []string) bool { return slices.Contains(names, name) }
