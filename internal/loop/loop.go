// Package loop has many works wait in one goroutine: each is a coroutine that
// gives way where it would wait, for a socket of the loop's, for another
// coroutine or for a moment. What speaks a protocol over a net.Conn does so in
// a loop unchanged.
//
//	l, err := loop.New()
//	if err != nil {
//		return err // errors.ErrUnsupported on other systems than Linux
//	}
//	defer l.Close()
//	for _, work := range works {
//		l.Go(work)
//	}
//	for l.Busy() > 0 {
//		l.Sleep(time.Second)
//	}
package loop

import "time"

// TooLate reports whether what was read is known to have arrived after a moment.
// A process that is held up hears of an answer and of its deadline at once.
func TooLate(arrived, deadline time.Time) bool { return arrived.After(deadline) }
