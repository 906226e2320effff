package fakeapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// driverOrders is the environment variable that makes this test binary a
// driver: a client in a process of its own, so that what a benchmark measures
// here is the server alone.
const driverOrders = "FAKEAPI_DRIVER"

func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(driverOrders); ok {
		if err := drive(text, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "driver:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// orders are what a driver is told at the start.
type orders struct {
	Address     string // host:port
	Request     string // with ########### where the recipient's number goes
	Connections int
}

// stint is a number of requests, PerSecond of them if that is not 0, otherwise
// each as soon as the one before on its connection is answered.
type stint struct {
	Count     int
	PerSecond int
}

// outcome is what became of a stint.
type outcome struct {
	OK, Failed int
	Took       time.Duration
	Late       time.Duration // how late the latest request was
	First      string        // the first failure's status line
}

// drive reads a stint a line, and writes an outcome a line.
func drive(text string, in io.Reader, out io.Writer) error {
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	callers := make([]*caller, o.Connections)
	for i := range callers {
		conn, err := net.Dial("tcp", o.Address)
		if err != nil {
			return err
		}
		defer conn.Close()
		callers[i] = newCaller(conn, o.Request, i)
	}
	d := json.NewDecoder(in)
	for {
		var s stint
		if err := d.Decode(&s); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		done, err := s.run(callers)
		if err != nil {
			return err
		}
		if err := json.NewEncoder(out).Encode(done); err != nil {
			return err
		}
	}
}

// run spreads the stint over the connections.
func (s stint) run(callers []*caller) (outcome, error) {
	began := time.Now()
	var work sync.WaitGroup
	errs := make([]error, len(callers))
	outcomes := make([]outcome, len(callers))
	for i, w := range callers {
		work.Go(func() {
			for n := i; n < s.Count && errs[i] == nil; n += len(callers) {
				if s.PerSecond > 0 {
					outcomes[i].await(began.Add(time.Duration(n) * time.Second / time.Duration(s.PerSecond)))
				}
				errs[i] = w.ask(n, &outcomes[i])
			}
		})
	}
	work.Wait()
	total := outcome{Took: time.Since(began)}
	for _, o := range outcomes {
		total.OK += o.OK
		total.Failed += o.Failed
		total.Late = max(total.Late, o.Late)
		total.First += o.First
	}
	return total, errors.Join(errs...)
}

// await waits until a request is due.
func (o *outcome) await(due time.Time) {
	if wait := time.Until(due); wait > 0 {
		<-time.After(wait)
	}
	o.Late = max(o.Late, time.Since(due))
}

// caller is a connection with a request that is written once and changed in
// place: a client that costs next to nothing.
type caller struct {
	conn    net.Conn
	answers *bufio.Reader
	request []byte
	number  []byte // its place in request
}

func newCaller(conn net.Conn, request string, i int) *caller {
	w := &caller{conn: conn, answers: bufio.NewReaderSize(conn, 16<<10), request: []byte(request)}
	at := strings.Index(request, "###########")
	w.number = w.request[at : at+11]
	return w
}

// ask makes the n-th request and reads its answer.
func (w *caller) ask(n int, o *outcome) error {
	copy(w.number, strconv.Itoa(15550000000+n%1_000_000))
	if _, err := w.conn.Write(w.request); err != nil {
		return err
	}
	status, err := w.answers.ReadString('\n')
	if err != nil {
		return err
	}
	length := 0
	for {
		line, err := w.answers.ReadSlice('\n')
		if err != nil {
			return err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
		if len(line) == 2 {
			break
		}
	}
	_, err = w.answers.Discard(length)
	if strings.Contains(status, " 200 ") {
		o.OK++
		return err
	}
	o.Failed, o.First = o.Failed+1, status
	return err
}

// driver is such a process.
type driver struct {
	t    testing.TB
	in   *json.Encoder
	out  *json.Decoder
	stop func()
}

// startDriver starts a process that sends text messages to the address.
func startDriver(t testing.TB, address, path, token string, connections int) *driver {
	t.Helper()
	body := strings.Replace(benchBody, "15550100001", "###########", 1)
	request := "POST " + path + " HTTP/1.1\r\nHost: " + address + "\r\nUser-Agent: driver/1.0\r\nAuthorization: Bearer " + token +
		"\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	text, err := json.Marshal(orders{Address: address, Request: request, Connections: connections})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), driverOrders+"="+string(text))
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	d := &driver{t: t, in: json.NewEncoder(in), out: json.NewDecoder(out)}
	d.stop = func() {
		_ = in.Close()
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	}
	return d
}

// send has the driver send and waits until it has; every request must have been
// accepted.
func (d *driver) send(s stint) outcome {
	d.t.Helper()
	var done outcome
	if err := errors.Join(d.in.Encode(s), d.out.Decode(&done)); err != nil {
		d.t.Fatal(err)
	}
	if done.Failed > 0 || done.OK != s.Count {
		d.t.Fatalf("of %d requests %d were accepted and %d refused (%q)", s.Count, done.OK, done.Failed, done.First)
	}
	return done
}
