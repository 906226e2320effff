package reports

import (
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"io"
	"maps"
	"slices"
	"sync"

	"git.sr.ht/~sbinet/gg"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// picture is a raster to paint a figure on.
type picture struct {
	*vgimg.Canvas
	*raster
}

// raster is a picture's memory, which is worth reusing: what a figure costs is
// for a good part the system's work to find some megabytes.
type raster struct {
	painted image.RGBA
	indexed image.Paletted
}

var rasters = sync.Pool{New: func() any { return new(raster) }}

// newPicture returns white paper. The canvas is given its context, because one
// that it makes itself paints on a copy of its own pixels.
func newPicture(width, height vg.Length, dpi int) picture {
	p := picture{raster: rasters.Get().(*raster)}
	p.resize(image.Rect(0, 0, pixels(width, dpi), pixels(height, dpi)))
	context := gg.NewContextForRGBA(&p.painted)
	context.SetLineCapButt()
	context.InvertY()
	p.Canvas = vgimg.NewWith(vgimg.UseImageWithContext(&p.painted, context), vgimg.UseDPI(dpi))
	return p
}

// release gives the memory back.
func (p picture) release() { rasters.Put(p.raster) }

// resize makes room for size pixels of whatever colour.
func (r *raster) resize(size image.Rectangle) {
	n := size.Dx() * size.Dy()
	r.painted = image.RGBA{Pix: resized(r.painted.Pix, 4*n), Stride: 4 * size.Dx(), Rect: size}
	r.indexed = image.Paletted{Pix: resized(r.indexed.Pix, n), Stride: size.Dx(), Rect: size}
}

// resized returns memory of n bytes. It is not grown, which would clear it in one
// piece: for as long as that takes the system to find memory, a collection that
// has begun calls on this thread in vain.
func resized(pix []uint8, n int) []uint8 {
	if n > cap(pix) {
		return make([]uint8, n)
	}
	return pix[:n]
}

func pixels(length vg.Length, dpi int) int { return int(length.Dots(float64(dpi)) + 0.5) }

// encode writes a PNG with a palette: a quarter of the bytes to compress, and
// a tenth of the file.
func (p picture) encode(w io.Writer) error {
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	p.index()
	return encoder.Encode(w, &p.indexed)
}

// paletteSize is what a byte can tell apart.
const paletteSize = 256

// index puts what is painted in its most frequent colours. A figure has few; the
// others, in place of which it gets the nearest, are the rims of lines and
// letters.
func (r *raster) index() {
	counts := map[uint32]int{}
	eachRun(r.painted.Pix, func(c uint32, _, length int) { counts[c] += length })
	found := slices.SortedFunc(maps.Keys(counts), func(a, b uint32) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	kept := found[:min(len(found), paletteSize)]
	index := make(map[uint32]uint8, len(found))
	palette := make(color.Palette, len(kept))
	for i, c := range kept {
		index[c] = uint8(i)
		palette[i] = color.RGBA{channel(c, 0), channel(c, 1), channel(c, 2), channel(c, 3)}
	}
	for _, c := range found[len(kept):] {
		index[c] = nearest(c, kept)
	}
	r.indexed.Palette = palette
	eachRun(r.painted.Pix, func(c uint32, start, length int) {
		i, run := index[c], r.indexed.Pix[start:start+length]
		for j := range run {
			run[j] = i
		}
	})
}

// eachRun visits the runs of equal pixels, in order.
func eachRun(pix []uint8, visit func(c uint32, start, length int)) {
	for at := 0; at < len(pix); {
		c, start := binary.LittleEndian.Uint32(pix[at:]), at
		for at += 4; at < len(pix) && binary.LittleEndian.Uint32(pix[at:]) == c; {
			at += 4
		}
		visit(c, start/4, (at-start)/4)
	}
}

// channel returns one of a pixel's bytes: red, green, blue, alpha.
func channel(c uint32, n int) uint8 { return uint8(c >> (8 * n)) }

// nearest returns the index of the colour that is least far from c.
func nearest(c uint32, among []uint32) uint8 {
	best, least := 0, 1<<30
	for i, other := range among {
		far := 0
		for n := range 3 {
			d := int(channel(c, n)) - int(channel(other, n))
			far += d * d
		}
		if far < least {
			best, least = i, far
		}
	}
	return uint8(best)
}
