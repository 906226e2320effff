package arch

import (
	"go/ast"
	"go/token"
	"regexp"
)

// unfinished are the words that admit it.
var unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)

// machinePath is an absolute path of someone's machine.
var machinePath = regexp.MustCompile(`(^|[^\w./>]|file://)/(work|home|root|tmp|Users)/\w`)

// checkWords checks that comments promise nothing and that neither comments
// nor strings name a machine's directories.
func checkWords(f *file, _ Policy) (found []Violation) {
	const pathHint = "take the path as an option; in a test use t.TempDir"
	for _, group := range f.syntax.Comments {
		for _, comment := range group.List {
			if word := unfinished.FindString(comment.Text); word != "" {
				found = append(found, f.at(comment.Pos(), "do it, or say in CHANGELOG or docs what is not there", "%s in a comment", word))
			}
			if machinePath.MatchString(comment.Text) {
				found = append(found, f.at(comment.Pos(), pathHint, "a machine's path in a comment"))
			}
		}
	}
	ast.Inspect(f.syntax, func(node ast.Node) bool {
		text, ok := node.(*ast.BasicLit)
		if ok && text.Kind == token.STRING && machinePath.MatchString(text.Value[1:]) {
			found = append(found, f.at(text.Pos(), pathHint, "a machine's path in a string"))
		}
		return true
	})
	return found
}

// checkTests checks that tests neither wait for real time nor leave themselves
// out.
func checkTests(f *file, _ Policy) (found []Violation) {
	if !f.test {
		return nil
	}
	ast.Inspect(f.syntax, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		from, ok := selector.X.(*ast.Ident)
		switch {
		case !ok:
		case oneOf("t", "b", "f", "tb")(from.Name) && oneOf("Skip", "Skipf", "SkipNow")(selector.Sel.Name):
			found = append(found, f.at(call.Pos(), "make what it needs in the test, or delete it", "a test that leaves itself out"))
		case from.Name == "time" && selector.Sel.Name == "Sleep":
			found = append(found, f.at(call.Pos(), "wait for the event itself; in a testing/synctest bubble receive from time.After",
				"a test that sleeps"))
		}
		return true
	})
	return found
}
