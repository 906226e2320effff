package fakeapi

// stream names what a random number is for, so that two draws for the same
// message never share one. Cloud and the core use 1 to 99, On-Premises 100 up.
type stream uint64

// The streams of the core.
const (
	drawAccept stream = iota + 1
	drawSent
	drawDelivered
	drawRead
	drawOffline
	drawOfflineFor
	drawWillRead
	drawSkipDelivered
	drawFailed
	drawDeliveredAndFailed
	drawUndelivered
	drawFaultShare
	drawShuffle
	drawPeople
	drawTrace
	drawID
	drawInbound
	drawMedia
	drawReview
	drawObject
	drawPacing
	drawFailedByFault
	drawOrder
	drawIdentity
)

// uniform returns the number in (0,1) that belongs to (seed, n, s): the same
// on every run, whatever else was drawn before.
func uniform(seed uint64, n int64, s stream) float64 {
	return (float64(bits(seed, n, s)>>11) + 0.5) / (1 << 53)
}

// bits returns the 64 random bits that belong to (seed, n, s).
func bits(seed uint64, n int64, s stream) uint64 {
	return mix(mix(mix(seed+0x9e3779b97f4a7c15)^uint64(n)) + uint64(s)*0xd1342543de82ef95)
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection in
// which every input bit changes every output bit half the time.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// unmix undoes mix: the multipliers are the inverses modulo 2^64.
func unmix(x uint64) uint64 {
	x = (x ^ x>>31 ^ x>>62) * 0x319642b2d24d8ec3
	x = (x ^ x>>27 ^ x>>54) * 0x96de1b173f119089
	return x ^ x>>30 ^ x>>60
}
