// Package gate is the rule language and its judge: a rule such as
//
//	p95(send.response) of cloud vs onprem <= +10%
//
// is parsed once and then held against a run, which gives a verdict with its
// evidence in words: pass, fail, inconclusive or invalid.
//
// A verdict is a claim with a confidence, not a comparison of two numbers:
//
//   - A quantile or mean passes if its whole two-sided interval lies on the
//     right side of the bound and fails if the whole of it lies on the wrong
//     side. What straddles the bound is inconclusive, and so is a quantile
//     that has too few samples for an interval. A pass must also hold for what
//     the samples are worth where a steady load's blocks show that they come in
//     clusters.
//   - A share (error_rate, throttle_rate, delivered_ratio, availability) is
//     judged by exact one-sided bounds: 0 errors in 2,995 requests show, at
//     95 %, that the error rate is at most 0.1 %; 0 in 300 show nothing of the
//     kind. A bound of 0 % or 100 % asks for a fact: none at all.
//   - max, rate, lost, duplicates, longest_outage and recovery are facts of the
//     run, taken as they are.
//   - A change (vs) is judged by the interval that package compare finds from
//     pairs of blocks. The change of a latency or of a rate is relative to the
//     base, that of a share is in percentage points.
package gate
