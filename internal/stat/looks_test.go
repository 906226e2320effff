package stat

import (
	"errors"
	"testing"
)

// Lan and DeMets, Biometrika 70 (1983) 659: with one-sided 0.025 and three
// looks 0.0001, 0.0060 and 0.0250 are spent in all.
func TestLateSpending(t *testing.T) {
	levels, err := LateSpending(0.025, 3)
	if err != nil {
		t.Fatal(err)
	}
	spent := 0.0
	for i, want := range []float64{0.0001, 0.0060, 0.0250} {
		spent += levels[i]
		near(t, "spent", spent, want, 6e-5)
	}
}

func TestEvenSpending(t *testing.T) {
	levels, err := EvenSpending(0.03, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range levels {
		near(t, "level", l, 0.01, 1e-15)
	}
}

func TestSpendingRefusesManyLooks(t *testing.T) {
	for _, looks := range []int{-1, 0, 4} {
		if _, err := EvenSpending(0.05, looks); !errors.Is(err, ErrLooks) {
			t.Errorf("%d even looks: %v", looks, err)
		}
		if _, err := LateSpending(0.05, looks); !errors.Is(err, ErrLooks) {
			t.Errorf("%d late looks: %v", looks, err)
		}
	}
}

// Looking three times at one growing sample must not err more often than
// once in twenty; looking at 5 % each time errs about twice as often.
func TestLooksKeepTheirLevel(t *testing.T) {
	const repetitions = 4000
	for name, spend := range map[string]func(float64, int) ([]float64, error){"even": EvenSpending, "late": LateSpending} {
		levels, err := spend(0.05, MaxLooks)
		if err != nil {
			t.Fatal(err)
		}
		rng, wrong, naive := seeded(7), 0, 0
		for range repetitions {
			sum, stopped, fooled := 0.0, false, false
			for i, level := range levels {
				sum += rng.NormFloat64()
				p := normalCDF(-sum * invRoot(i+1))
				stopped = stopped || p <= level
				fooled = fooled || p <= 0.05
			}
			if stopped {
				wrong++
			}
			if fooled {
				naive++
			}
		}
		if share := float64(wrong) / repetitions; share > 0.06 || share < 0.02 {
			t.Errorf("%s spending errs in %v, want at most 0.05", name, share)
		}
		if share := float64(naive) / repetitions; share < 0.08 {
			t.Errorf("unspent looks err in %v, want about 0.1: the simulation is off", share)
		}
	}
}
