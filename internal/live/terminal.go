// Package live shows a run while it goes: it reads the engine's snapshots and
// never touches the engine.
//
// The rules of the terminal:
//
//   - It talks on standard error; standard output is for the answer.
//   - On a terminal it redraws one block in place: a line for the run and a
//     line for each target. No line is wider than the terminal, since a wrapped
//     one could not be erased.
//   - Piped, it prints a line a second and whenever the phase changes: no
//     escape codes, no carriage returns, numbers with their units, so that a
//     log can be read and searched.
//   - With --quiet it prints nothing.
//   - Colour says only what words say too: errors are red, what was throttled
//     or dropped is yellow. NO_COLOR and --no-color leave it out.
//   - Rates are of the last interval, counts of the whole run.
//   - What others have to say goes above the block, which moves down.
//   - When the run ends, the block is erased: the answer takes its place.
//   - A slow terminal misses frames. It never slows the run.
package live

import (
	"io"
	"sync"
	"time"

	"wabench/internal/load"
)

// defaultWidth is assumed where nobody knows how wide the terminal is.
const defaultWidth = 80

// Options say how a Terminal is to look.
type Options struct {
	Quiet  bool       // show nothing
	Redraw bool       // the writer is a terminal: draw in place
	Colour bool       // paint what needs attention
	Width  func() int // columns at this moment; nil or 0 means 80
}

// Terminal shows a run's progress. It is a load.Observer, and an io.Writer for
// messages that are to appear while it draws.
type Terminal struct {
	screen  screen
	options Options
	rhythm  rhythm
	frames  chan []string // room for one: the newest frame waits, older ones are dropped
	drawing sync.WaitGroup
	close   func() // once
}

var _ load.Observer = (*Terminal)(nil)

// NewTerminal returns a Terminal that draws on out until it is closed.
func NewTerminal(out io.Writer, options Options) *Terminal {
	t := &Terminal{screen: screen{out: out}, options: options, frames: make(chan []string, 1)}
	t.close = sync.OnceFunc(func() { close(t.frames) })
	t.drawing.Go(t.draw)
	return t
}

// Observe shows a snapshot. It returns at once, also when the terminal is slow.
func (t *Terminal) Observe(s load.Snapshot) {
	switch {
	case t.options.Quiet:
	case t.options.Redraw:
		t.offer(t.render(block(s)))
	case t.rhythm.due(s):
		t.offer([]string{plain(s)})
	}
}

// Write shows a message above the block. The message should be whole lines.
func (t *Terminal) Write(message []byte) (int, error) { return t.screen.say(message) }

// Close erases the block and waits until all is drawn. Nothing may be observed
// after it.
func (t *Terminal) Close() {
	t.close()
	t.drawing.Wait()
	t.screen.clear()
}

// offer puts a frame in the waiting place, in exchange for an older one.
func (t *Terminal) offer(frame []string) {
	select {
	case <-t.frames:
	default:
	}
	t.frames <- frame // one goroutine observes, so the place is still free
}

// draw shows frames until the Terminal is closed.
func (t *Terminal) draw() {
	for frame := range t.frames {
		if t.options.Redraw {
			t.screen.show(frame)
		} else {
			t.screen.say([]byte(frame[0] + "\n"))
		}
	}
}

// render fits lines to the terminal.
func (t *Terminal) render(lines []line) (rendered []string) {
	width := defaultWidth
	if t.options.Width != nil {
		if now := t.options.Width(); now > 0 {
			width = now
		}
	}
	for _, l := range lines {
		rendered = append(rendered, l.render(width, t.options.Colour))
	}
	return rendered
}

// rhythm picks the snapshots that a plain log shows: the first of each second
// of the run, and each that begins a phase.
type rhythm struct {
	begun  bool
	second time.Duration
	phase  string
}

func (r *rhythm) due(s load.Snapshot) bool {
	second := s.At.Truncate(time.Second)
	if r.begun && second == r.second && s.Phase == r.phase {
		return false
	}
	r.begun, r.second, r.phase = true, second, s.Phase
	return true
}
