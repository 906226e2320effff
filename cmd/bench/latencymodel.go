package main

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"wabench/fakeapi"
	"wabench/internal/gate"
	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

// guesses finds what is known of a plan's targets: the model of a fake, or the
// newest stored run of the same scenario.
type guesses struct {
	env      env
	out      string
	scenario string
	earlier  *results.Record // nil if there is none, or before it was looked for
	looked   bool
}

// of is a forecaster's guess.
func (g *guesses) of(t *scenarios.Target, series gate.Series) guess {
	if t.Fake != "" {
		return modelGuess(t, series)
	}
	if !g.looked {
		g.earlier, g.looked = g.newest(), true
	}
	if g.earlier == nil {
		return guess{Source: "no earlier run of " + g.scenario + " under " + g.out}
	}
	if found, ok := storedGuess(g.earlier, t.Name, series); ok {
		return found
	}
	return guess{Source: "run " + g.earlier.Run.ID + " has no such samples"}
}

// newest opens the newest complete run of the scenario, nil if there is none.
func (g *guesses) newest() *results.Record {
	names, err := g.env.disk.list(g.out)
	if err != nil {
		return nil
	}
	for _, name := range slices.Backward(names) {
		if uuid.Validate(name) != nil {
			continue
		}
		rec, err := results.Open(g.env.disk.open(filepath.Join(g.out, name)))
		if err == nil && rec.Run.Complete && rec.Run.Scenario.Name == g.scenario {
			return rec
		}
	}
	return nil
}

// modelGuess is what a fake's profile says of a series.
func modelGuess(t *scenarios.Target, series gate.Series) guess {
	profile, err := profileOf(t)
	if err != nil {
		return guess{Source: err.Error()}
	}
	source := "the latency model of " + t.Fake
	accept, delivery := profile.Cloud.Accept, profile.Cloud.Delivery
	if t.API == whatsapp.OnPrem {
		accept, delivery = profile.OnPrem.Accept, profile.OnPrem.Delivery
	}
	switch {
	case series.Op() == string(whatsapp.OpSend) && series.Clock() != "lateness":
		return guess{At: accept.At, Source: source}
	case series.Op() != "webhook":
		return guess{Source: "no model of it"}
	case t.API == whatsapp.OnPrem:
		return guess{Source: "a queue that the load decides"}
	}
	steps := []fakeapi.Latency{accept, delivery.Sent}
	if series.Clock() != string(whatsapp.StateSent) {
		steps = append(steps, delivery.Delivered)
	}
	if series.Clock() == string(whatsapp.StateRead) {
		steps = append(steps, delivery.ReadAfter)
	}
	return guess{At: sumOf(steps), Source: source + " for phones that are online"}
}

func profileOf(t *scenarios.Target) (*fakeapi.Profile, error) {
	if t.FakeProfile != "" {
		return fakeapi.ParseProfile(t.Fake, []byte(t.FakeProfile))
	}
	return fakeapi.LoadProfile(t.Fake)
}

// sumDraws is how many draws stand for a sum of delays.
const sumDraws = 1 << 16

// sumOf returns the quantiles of a sum of independent delays, drawn with a
// fixed seed: the same plan says the same.
func sumOf(steps []fakeapi.Latency) func(share float64) time.Duration {
	rng := rand.New(rand.NewPCG(1, uint64(len(steps))))
	sums := make([]time.Duration, sumDraws)
	for i := range sums {
		for _, step := range steps {
			sums[i] += step.At(rng.Float64())
		}
	}
	slices.Sort(sums)
	return func(share float64) time.Duration {
		return sums[min(max(int(share*sumDraws), 0), sumDraws-1)]
	}
}
