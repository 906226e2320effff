package arch

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// checkNames checks that packages and files are named by what they hold, and
// that nothing runs before main.
func checkNames(f *file, policy Policy) (found []Violation) {
	vague := oneOf(policy.Vague...)
	if segments := strings.Split(f.dir, "/"); slices.ContainsFunc(segments, vague) || vague(f.syntax.Name.Name) {
		found = append(found, f.at(f.syntax.Package, "name the package by its one idea, or move its parts to where they are used",
			"package %s is named by nothing it holds", f.dir))
	}
	if base := strings.TrimSuffix(path.Base(f.path), ".go"); vague(strings.TrimSuffix(base, "_test")) {
		found = append(found, f.at(f.syntax.Package, "name the file by its noun", "file %s is named by nothing it holds", f.path))
	}
	for _, function := range functions(f) {
		if function.Name.Name == "init" && function.Recv == nil {
			found = append(found, f.at(function.Pos(), "make a constructor and call it", "init runs unasked"))
		}
	}
	return found
}

// checkLengths checks that functions and files can be read at a sitting.
func checkLengths(f *file, policy Policy) (found []Violation) {
	if f.test {
		return nil
	}
	if f.lines > policy.FileLines {
		found = append(found, f.at(f.syntax.Package, "split it by its nouns", "%s has %d lines, over %d", f.path, f.lines, policy.FileLines))
	}
	for _, function := range functions(f) {
		lines := f.set.Position(function.End()).Line - f.set.Position(function.Pos()).Line + 1
		if lines > policy.FunctionLines {
			found = append(found, f.at(function.Pos(), "split it by its levels of abstraction",
				"%s has %d lines, over %d", function.Name.Name, lines, policy.FunctionLines))
		}
	}
	return found
}

// functions returns the functions and methods a file declares.
func functions(f *file) (functions []*ast.FuncDecl) {
	for _, declaration := range f.syntax.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok {
			functions = append(functions, function)
		}
	}
	return functions
}
