package reports

import "math"

// thinTo is how many buckets a long series is thinned to: a chart is some 700
// points wide, and each bucket keeps two values.
const thinTo = 350

// thin returns a series with at most two values in each of thinTo buckets of
// equal width along x: the least and the greatest, where they occurred. So no
// peak of a long run is lost, a gap stays one, and so do both ends.
func thin(x, y Values) (Values, Values) {
	if len(x) <= 2*thinTo {
		return x, y
	}
	var keptX, keptY Values
	keep := func(i int) {
		keptX, keptY = append(keptX, x[i]), append(keptY, y[i])
	}
	span := x[len(x)-1] - x[0]
	bucket := func(i int) int { return min(int((x[i]-x[0])/span*thinTo), thinTo-1) }
	for from := 0; from < len(x); {
		to := from + 1
		for to < len(x) && bucket(to) == bucket(from) {
			to++
		}
		places := extremes(y, from, to)
		if from == 0 {
			places = ascending(append(places, 0)...)
		}
		for _, i := range places {
			keep(i)
		}
		from = to
	}
	if last := len(x) - 1; keptX[len(keptX)-1] != x[last] {
		keep(last)
	}
	return keptX, keptY
}

// extremes returns the places of the least and the greatest of y[from:to] in
// ascending order, after that of a gap if there is one.
func extremes(y Values, from, to int) []int {
	least, greatest, gap := -1, -1, -1
	for i := from; i < to; i++ {
		switch {
		case math.IsNaN(y[i]):
			gap = i
			continue
		case least < 0 || y[i] < y[least]:
			least = i
		}
		if greatest < 0 || y[i] > y[greatest] {
			greatest = i
		}
	}
	switch {
	case least < 0:
		return []int{gap}
	case least == greatest && gap < 0:
		return []int{least}
	case gap < 0:
		return []int{min(least, greatest), max(least, greatest)}
	}
	return ascending(least, greatest, gap)
}

// ascending returns up to three places in order, each once.
func ascending(places ...int) []int {
	var ordered []int
	for _, p := range places {
		at := 0
		for at < len(ordered) && ordered[at] < p {
			at++
		}
		if at < len(ordered) && ordered[at] == p {
			continue
		}
		ordered = append(ordered[:at], append([]int{p}, ordered[at:]...)...)
	}
	return ordered
}
