package main

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

func TestReserveGivesDescriptorsUpUntilAFileOpens(t *testing.T) {
	for name, c := range map[string]struct {
		reserve  *reserve
		lacking  int // opens that find no descriptor
		want     error
		leftOver int
	}{
		"none lacks":    {newReserve(), 0, nil, reserved},
		"some lack":     {newReserve(), 3, nil, reserved - 3},
		"all lack":      {newReserve(), reserved + 1, syscall.EMFILE, 0},
		"no reserve":    {nil, 1, syscall.EMFILE, 0},
		"an empty name": {newReserve(), -1, os.ErrNotExist, reserved},
	} {
		t.Run(name, func(t *testing.T) {
			opens := 0
			_, err := c.reserve.open(func() (*os.File, error) {
				if opens++; opens <= c.lacking {
					return nil, &os.PathError{Op: "open", Err: syscall.EMFILE}
				}
				if c.lacking < 0 {
					return nil, os.ErrNotExist
				}
				return nil, nil
			})
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if c.reserve != nil && len(c.reserve.spare) != c.leftOver {
				t.Errorf("%d left, want %d", len(c.reserve.spare), c.leftOver)
			}
			for c.reserve.release() {
				continue
			}
		})
	}
}
