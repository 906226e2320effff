// Command bench drives load against messaging APIs, measures what really
// happened, and says what differs. See docs/tour.md.
package main

import "os"

func main() {
	os.Exit(execute(systemEnv()))
}
