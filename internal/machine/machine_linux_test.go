package machine

import (
	"net"
	"os"
	"testing"
)

func TestDescriptorsCountWhatIsOpened(t *testing.T) {
	before := Descriptors()
	if before.InUse < 3 || before.Of < before.InUse {
		t.Fatalf("%+v before anything was opened", before)
	}
	for range 5 {
		file, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
	}
	if after := Descriptors(); after.InUse < before.InUse+5 {
		t.Errorf("%+v, then five were opened and there are %+v", before, after)
	}
}

func TestPortsCountSockets(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if got := Ports(); got.InUse < 1 || got.Of < 1 || got.Share() <= 0 {
		t.Errorf("%+v with a socket that listens", got)
	}
}

func TestPortsOf(t *testing.T) {
	const sockets = "sockets: used 290\nTCP: inuse 5 orphan 1 tw 12 alloc 7 mem 1\nUDP: inuse 3 mem 2\nTCP6: inuse 9\n"
	for _, tc := range []struct {
		name, sockets, ports string
		want                 Use
	}{
		{"both files", sockets, "32768\t60999\n", Use{17, 28232}},
		{"no line of TCP", "sockets: used 290\n", "32768\t60999\n", Use{0, 28232}},
		{"no range", sockets, "", Use{}},
		{"counts that are none", "TCP: inuse many tw 2\n", "1 10", Use{2, 10}},
	} {
		if got := portsOf([]byte(tc.sockets), []byte(tc.ports)); got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.want)
		}
	}
}

func TestShare(t *testing.T) {
	if got := (Use{InUse: 3, Of: 4}).Share(); got != 0.75 {
		t.Errorf("3 of 4 is %v", got)
	}
	if got := (Use{InUse: 3}).Share(); got != 0 {
		t.Errorf("3 of unknown is %v", got)
	}
}
