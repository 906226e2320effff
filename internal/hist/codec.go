package hist

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The V2 encoding of HdrHistogram: an outer cookie and length, then in zlib a
// header of 40 bytes and the counters as ZigZag LEB128 numbers, where a
// negative one stands for a run of empty counters. Byte layout:
// https://github.com/HdrHistogram/HdrHistogram (EncodableHistogram, V2).
const (
	cookieCompressed = 0x1c849304 | 0x10
	cookiePayload    = 0x1c849303 | 0x10
	cookieMask       = ^uint32(0xf0)
	headerSize       = 40
)

// errGeometry says that a log was written with other bounds or digits.
var errGeometry = errors.New("histogram has another geometry than 1µs to 10m with 3 digits")

// Encoder encodes histograms and reuses its buffers. The zero value is ready.
type Encoder struct {
	payload []byte
	packed  bytes.Buffer
	zip     *zlib.Writer
	text    []byte
}

// Encode returns h in base64 of the compressed V2 encoding. The slice is valid
// until the next call.
func (e *Encoder) Encode(h *Histogram) ([]byte, error) {
	e.payload = appendPayload(e.payload[:0], h)
	e.packed.Reset()
	e.packed.Write(make([]byte, 8))
	if e.zip == nil {
		// The fastest level: a second's histogram is too small for a better one
		// to save bytes, and resetting its tables costs more than all the rest.
		var err error
		if e.zip, err = zlib.NewWriterLevel(&e.packed, zlib.BestSpeed); err != nil {
			return nil, err
		}
	} else {
		e.zip.Reset(&e.packed)
	}
	if _, err := e.zip.Write(e.payload); err != nil {
		return nil, err
	}
	if err := e.zip.Close(); err != nil {
		return nil, err
	}
	packed := e.packed.Bytes()
	binary.BigEndian.PutUint32(packed, cookieCompressed)
	binary.BigEndian.PutUint32(packed[4:], uint32(len(packed)-8))
	e.text = base64.StdEncoding.AppendEncode(e.text[:0], packed)
	return e.text, nil
}

// appendPayload appends the header and the counters up to the last non-empty
// one.
func appendPayload(dst []byte, h *Histogram) []byte {
	dst = append(dst, make([]byte, headerSize)...)
	next := 0
	h.eachCount(func(i int, count int64) bool {
		if i > next {
			dst = appendZigZag(dst, -int64(i-next))
		}
		dst = appendZigZag(dst, count)
		next = i + 1
		return true
	})
	binary.BigEndian.PutUint32(dst, cookiePayload)
	binary.BigEndian.PutUint32(dst[4:], uint32(len(dst)-headerSize))
	binary.BigEndian.PutUint32(dst[12:], Digits)
	binary.BigEndian.PutUint64(dst[16:], uint64(Lowest))
	binary.BigEndian.PutUint64(dst[24:], uint64(Highest))
	binary.BigEndian.PutUint64(dst[32:], math.Float64bits(1))
	return dst
}

// appendZigZag appends v as LEB128-64b9B: seven bits a byte, and all eight of
// a ninth one.
func appendZigZag(dst []byte, v int64) []byte {
	u := uint64(v<<1) ^ uint64(v>>63)
	for range 8 {
		if u < 0x80 {
			return append(dst, byte(u))
		}
		dst = append(dst, byte(u)|0x80)
		u >>= 7
	}
	return append(dst, byte(u))
}

// Decoder adds encoded histograms to others and reuses its buffers. The zero
// value is ready.
type Decoder struct {
	packed  []byte
	payload bytes.Buffer
	source  bytes.Reader
	zip     io.ReadCloser
}

// AddTo adds the histogram that text encodes to h. On an error h is unchanged.
func (d *Decoder) AddTo(h *Histogram, text []byte) error {
	layout, counters, err := d.open(text, maxPayload)
	if err != nil {
		return err
	}
	if layout != own {
		return errGeometry
	}
	if err := own.eachCounter(counters, func(int, int64) {}); err != nil {
		return err
	}
	return own.eachCounter(counters, h.count)
}

// open unpacks what a text encodes, of so many bytes at most.
func (d *Decoder) open(text []byte, limit int64) (layout geometry, counters []byte, err error) {
	if d.packed, err = base64.StdEncoding.AppendDecode(d.packed[:0], text); err != nil {
		return layout, nil, fmt.Errorf("histogram is not base64: %w", err)
	}
	if err := d.inflate(limit); err != nil {
		return layout, nil, err
	}
	body := d.payload.Bytes()
	layout, err = readHeader(body)
	if err != nil {
		return layout, nil, err
	}
	return layout, body[headerSize:], nil
}

// maxPayload bounds what a hostile log can make us inflate: a header and nine
// bytes for each of the geometry's counters.
const maxPayload = headerSize + 9*numCounters

// inflate unpacks d.packed into d.payload, up to a limit.
func (d *Decoder) inflate(limit int64) error {
	if len(d.packed) < 8 || binary.BigEndian.Uint32(d.packed)&cookieMask != cookieCompressed&cookieMask {
		return errors.New("not a compressed HDR histogram (V2)")
	}
	d.source.Reset(d.packed[8:])
	var err error
	if d.zip == nil {
		d.zip, err = zlib.NewReader(&d.source)
	} else {
		err = d.zip.(zlib.Resetter).Reset(&d.source, nil)
	}
	if err != nil {
		return fmt.Errorf("unpack histogram: %w", err)
	}
	d.payload.Reset()
	if _, err := io.Copy(&d.payload, io.LimitReader(d.zip, limit)); err != nil {
		return fmt.Errorf("unpack histogram: %w", err)
	}
	return nil
}

// readHeader returns the geometry of a payload's counters.
func readHeader(body []byte) (layout geometry, err error) {
	if len(body) < headerSize || binary.BigEndian.Uint32(body)&cookieMask != cookiePayload&cookieMask {
		return layout, errors.New("not an HDR histogram payload (V2)")
	}
	if int(binary.BigEndian.Uint32(body[4:])) != len(body)-headerSize {
		return layout, errors.New("histogram payload is cut")
	}
	return geometryOf(binary.BigEndian.Uint32(body[12:]), binary.BigEndian.Uint64(body[16:]), binary.BigEndian.Uint64(body[24:]))
}

// eachCounter calls f for every non-empty counter of a payload.
func (g geometry) eachCounter(counters []byte, f func(i int, count int64)) error {
	for i := 0; len(counters) > 0; {
		v, n := zigZag(counters)
		if n == 0 {
			return errors.New("histogram payload ends in a number")
		}
		counters = counters[n:]
		switch {
		case v < 0 && -v <= int64(g.counters-i) && -v > 0:
			i += int(-v)
		case v >= 0 && v < math.MaxInt64/2 && i < g.counters:
			if v > 0 {
				f(i, v)
			}
			i++
		default:
			return errors.New("histogram payload has more counters than its geometry")
		}
	}
	return nil
}

// zigZag reads one number and returns its length, 0 if it is cut.
func zigZag(b []byte) (v int64, n int) {
	var u uint64
	for n = range min(len(b), 9) {
		if n == 8 {
			u |= uint64(b[n]) << 56
		} else {
			u |= uint64(b[n]&0x7f) << (7 * n)
		}
		if b[n] < 0x80 || n == 8 {
			return int64(u>>1) ^ -int64(u&1), n + 1
		}
	}
	return 0, 0
}
