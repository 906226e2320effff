package live

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// screen is a terminal whose last lines can be drawn anew. The cursor rests at
// the end of the last line drawn.
type screen struct {
	mu    sync.Mutex
	out   io.Writer
	drawn []string
}

// show replaces the block by another, in one write so that it does not flicker.
func (s *screen) show(block []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	io.WriteString(s.out, s.erase()+strings.Join(block, "\n"))
	s.drawn = block
}

// say writes text above the block.
func (s *screen) say(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := io.WriteString(s.out, s.erase()+string(text)+strings.Join(s.drawn, "\n"))
	if err != nil {
		return 0, err
	}
	return len(text), nil
}

// clear takes the block away.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.drawn) > 0 {
		io.WriteString(s.out, s.erase())
		s.drawn = nil
	}
}

// erase returns what makes the terminal forget the block: to the start of its
// first line, then clear to the end of the screen (ECMA-48: CUU, ED).
func (s *screen) erase() string {
	switch lines := len(s.drawn); lines {
	case 0:
		return ""
	case 1:
		return "\r\x1b[J"
	default:
		return fmt.Sprintf("\r\x1b[%dA\x1b[J", lines-1)
	}
}
