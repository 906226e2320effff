package arch

import (
	"os"
	"testing"
)

func TestThisModuleKeepsThePolicy(t *testing.T) {
	found, err := Check(os.DirFS("../.."), House())
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range found {
		t.Error(violation)
	}
}
