package load

import (
	"flag"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"

	"wabench/fakeapi"
	"wabench/internal/compare"
	"wabench/internal/stat"
	"wabench/internal/whatsapp/cloud"
	"wabench/results"
)

var alikeRuns = flag.Int("alike", 4, "how often two targets that are alike are compared")

// alikeRisk is how often a comparison of targets that are alike may find any
// difference: its intervals are of 95 %, and the verdicts of its metrics are
// held to Benjamini and Hochberg's rule, which bounds just that where nothing
// differs.
const alikeRisk = 0.05

// The same fake on both sides, with other draws: what is called better or worse
// is so by chance. Of so many runs no more may have it than the risk explains
// (binomial, one in a thousand). `make alike` does it often.
func TestTargetsThatAreAlikeAreSeldomCalledDifferent(t *testing.T) {
	var called stat.Proportion
	for seed := range *alikeRuns {
		synctest.Test(t, func(t *testing.T) {
			called.N++
			if found := differences(t, seed+1); len(found) > 0 {
				called.K++
				t.Logf("seed %d: %v", seed+1, found)
			}
		})
	}
	t.Logf("%d of %d comparisons called a difference", called.K, called.N)
	if least := called.LowerBound(0.999); least > alikeRisk {
		t.Errorf("%d of %d comparisons called a difference: at least %.3f, where %v is nominal", called.K, called.N, least, alikeRisk)
	}
}

// differences runs two fakes of a profile against each other and returns what
// was called better or worse.
func differences(t *testing.T, seed int) (found []string) {
	source := "version: 1\nname: alike\nseed: " + strconv.Itoa(seed) +
		"\ntargets: {a: {api: cloud, fake: cloud-standard}, b: {api: cloud, fake: cloud-standard}}\n" +
		"recipients: {range: 15550100000..15550199999}\nmessages: [{text: hi}]\n" +
		"load: {arrivals: poisson, stages: [{hold: 30/s, for: 1m}]}\ncompare: {base: a, head: b, order: interleaved, block: 5s}\n"
	w := world{
		plan: resolve(t, source), servers: map[string]http.RoundTripper{}, dialects: map[string]Dialect{}, urls: map[string]string{},
	}
	for i, name := range []string{"a", "b"} {
		server, err := fakeapi.Open(fakeapi.Options{Profile: "cloud-standard", Seed: uint64(2*seed + i), Listen: fakeapi.NoListener})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		info := server.Info()
		w.urls[name], w.servers[name] = info.URL, server.Client().Transport
		w.dialects[name] = cloud.New(cloud.Options{Version: "v24.0", PhoneNumberID: info.PhoneNumberID, Token: info.Token})
	}
	rec := w.run(t.Context(), t)
	if w.err != nil {
		t.Fatal(w.err)
	}
	c, err := compare.Targets(rec, "a", "b", compare.Options{Seed: uint64(seed)})
	if err != nil {
		t.Fatal(err)
	}
	if c.Pairs < 12 {
		t.Fatalf("%d pairs of blocks", c.Pairs)
	}
	for _, d := range c.Deltas {
		if d.Verdict == results.Better || d.Verdict == results.Worse {
			found = append(found, d.Metric+" "+d.Verdict)
		}
	}
	return found
}
