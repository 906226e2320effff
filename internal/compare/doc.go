// Package compare says what differs between two targets of one run, or
// between two runs, and how sure that is.
//
// The unit of replication is a pair of blocks, never a request: blocks of the
// same number had the same arrivals. A change of a latency or of a rate is the
// ratio head/base, a change of a share is the difference head-base. Intervals
// come from, in this order:
//
//   - quantiles up to p95 of a steady load: the signed-rank interval
//     (Hodges-Lehmann) of the log ratios of the blocks' own quantiles, given
//     at least 6 pairs with enough samples each;
//   - higher quantiles, thin blocks and loads that change: the quantile of the
//     merged blocks, with a moving-block bootstrap over the pairs;
//   - without pairs: each side's order-statistic interval, joined by MOVER
//     (Zou and Donner 2008). Change.Pairs is then 0 and a Note says so.
//
// A verdict needs more than significance: the whole interval must lie beyond
// the least effect that matters (worse, better), or within it (same).
// Everything is a function of its arguments: same seed, same result, and
// base and head in each other's place give the mirrored one.
package compare
