package reports

import "wabench/results"

type Figure struct{ Name string }

func drawFigures(rec *results.Record, targets []string) ([]Figure, error) { return nil, nil }
