package reports

// codeTitle says what a platform code means.
func codeTitle(api, code string) string { return "" }
