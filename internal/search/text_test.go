package search

import (
	"fmt"
	"time"
)

func ExampleAnswer_String() {
	fmt.Println(Answer{Status: Found, Rate: 79.155, Passed: 77.73, Failed: 80.58})
	fmt.Println(Answer{Status: AtLeast, Passed: 5000})
	fmt.Println(Answer{Status: Below, Failed: 10})
	fmt.Println(Answer{Status: Inconclusive, Passed: 640, Failed: 1280, Reason: "the steps ended before the interval was narrow enough"})
	fmt.Println(Answer{Status: Inconclusive, Reason: "no step was finished"})
	// Output:
	// highest rate: 79.16/s (77.73/s passed, 80.58/s did not)
	// highest rate: at least 5000/s, the highest that was to be tried
	// highest rate: below 10/s, the lowest that was to be tried
	// highest rate: inconclusive (640/s passed, 1280/s did not)
	// the steps ended before the interval was narrow enough
	// highest rate: inconclusive
	// no step was finished
}

func ExampleStepSummary_String() {
	fmt.Println(StepSummary{N: 3, Rate: 99.99, Direction: Up, Verdict: "fail", Detail: "throttle_rate(send) <= 1%: 20%", Hold: 10 * time.Second, Held: 2440 * time.Millisecond, Early: true})
	fmt.Println(StepSummary{N: 10, Rate: 77.73, Direction: Down, Verdict: "pass", Detail: "throttle_rate(send) <= 1%: 0%", Held: 10 * time.Second})
	// Output:
	//  3 ↑ 99.99/s   fail         throttle_rate(send) <= 1%: 20% (decided after 2.44s)
	// 10 ↓ 77.73/s   pass         throttle_rate(send) <= 1%: 0% (held 10s)
}
