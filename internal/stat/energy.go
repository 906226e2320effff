package stat

import "slices"

// energy scans a stretch for its best split in O(n log n): a Fenwick tree
// over the values' ranks gives the distance of a value to all before it.
type energy struct {
	values []float64
	ranks  []int     // 1-based, in the sorted order; equal values share one
	reach  []float64 // each value's distance to all others together
	count  []int     // Fenwick tree: values before, by rank
	sum    []float64 // Fenwick tree: their sum
}

func newEnergy(values []float64) *energy {
	sorted := slices.Sorted(slices.Values(values))
	all := 0.0
	before := make([]float64, len(sorted)+1)
	for i, x := range sorted {
		all += x
		before[i+1] = all
	}
	e := &energy{
		values: values,
		ranks:  make([]int, len(values)),
		reach:  make([]float64, len(values)),
		count:  make([]int, len(values)+1),
		sum:    make([]float64, len(values)+1),
	}
	for i, x := range values {
		r, _ := slices.BinarySearch(sorted, x)
		e.ranks[i] = r + 1
		e.reach[i] = distance(x, r, len(sorted), before[r], all)
	}
	return e
}

// distance is Σ|x-y| over n values of which the smallest, below of them with
// the sum low, are at most x, and all together sum to all.
func distance(x float64, below, n int, low, all float64) float64 {
	return x*float64(below) - low + (all - low) - x*float64(n-below)
}

// best is the split, with least points or more on each side, at which the
// scaled energy distance Q = nm/(n+m)·(2·E|X-Y| - E|X-X'| - E|Y-Y'|) is
// greatest, and that Q; X are the n points before, Y the m others. Where no
// split has a positive Q it is 0, 0.
func (e *energy) best(least int) (at int, gain float64) {
	clear(e.count)
	clear(e.sum)
	var left, between, right float64 // sums of distances over pairs
	for _, d := range e.reach {
		right += d / 2
	}
	all := 0.0 // the sum of the values before
	for i, x := range e.values {
		low, lowSum := e.lookup(e.ranks[i])
		back := distance(x, low, i, lowSum, all)
		ahead := e.reach[i] - back
		left, right, between = left+back, right-ahead, between+ahead-back
		e.insert(e.ranks[i], x)
		all += x
		n, m := i+1, len(e.values)-i-1
		if n < least || m < least {
			continue
		}
		if q := scaledEnergy(left, between, right, n, m); q > gain {
			at, gain = n, q
		}
	}
	return at, gain
}

// swap lets two points change places in time.
func (e *energy) swap(i, j int) {
	e.values[i], e.values[j] = e.values[j], e.values[i]
	e.ranks[i], e.ranks[j] = e.ranks[j], e.ranks[i]
	e.reach[i], e.reach[j] = e.reach[j], e.reach[i]
}

func scaledEnergy(left, between, right float64, n, m int) float64 {
	x, y := float64(n), float64(m)
	return x * y / (x + y) * (2*between/(x*y) - left/(x*(x-1)/2) - right/(y*(y-1)/2))
}

// lookup counts and sums the values before whose rank is at most that.
func (e *energy) lookup(rank int) (count int, sum float64) {
	for r := rank; r > 0; r -= r & -r {
		count += e.count[r]
		sum += e.sum[r]
	}
	return count, sum
}

func (e *energy) insert(rank int, x float64) {
	for r := rank; r < len(e.count); r += r & -r {
		e.count[r]++
		e.sum[r] += x
	}
}
