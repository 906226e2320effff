package arch

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
)

const docHint = "write a sentence that starts with the name and says what it promises"

// checkDocs checks that every exported name has a comment. One above a group
// of constants or variables stands for all of them.
func checkDocs(f *file, _ Policy) (found []Violation) {
	if f.test {
		return nil
	}
	for _, declaration := range f.syntax.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
				found = append(found, f.at(d.Pos(), docHint, "%s has no doc comment", d.Name.Name))
			}
		case *ast.GenDecl:
			found = append(found, undocumented(f, d)...)
		}
	}
	return found
}

// exportedReceiver reports whether a function is one, or the method of a type
// that can be named outside.
func exportedReceiver(function *ast.FuncDecl) bool {
	if function.Recv == nil {
		return true
	}
	receiver := function.Recv.List[0].Type
	for {
		switch of := receiver.(type) {
		case *ast.StarExpr:
			receiver = of.X
		case *ast.IndexExpr: // T[E]
			receiver = of.X
		case *ast.IndexListExpr: // T[K, V]
			receiver = of.X
		case *ast.Ident:
			return of.IsExported()
		default:
			return false
		}
	}
}

// undocumented returns the exported names of a declaration without comment.
func undocumented(f *file, d *ast.GenDecl) (found []Violation) {
	if d.Doc != nil && (d.Tok == token.CONST || d.Tok == token.VAR || !d.Lparen.IsValid()) {
		return nil
	}
	for _, spec := range d.Specs {
		names, doc := named(spec)
		for _, name := range names {
			if name.IsExported() && doc == nil {
				found = append(found, f.at(name.Pos(), docHint, "%s has no doc comment", name.Name))
			}
		}
	}
	return found
}

// named returns what a specification names, and its comment.
func named(spec ast.Spec) ([]*ast.Ident, *ast.CommentGroup) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return []*ast.Ident{s.Name}, s.Doc
	case *ast.ValueSpec:
		if s.Doc != nil {
			return s.Names, s.Doc
		}
		return s.Names, s.Comment
	}
	return nil, nil
}

// checkPackageDocs checks that every package says in one place what it is.
func checkPackageDocs(files []*file) (found []Violation) {
	first, documented := map[string]*file{}, map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		if first[f.dir] == nil {
			first[f.dir] = f
		}
		documented[f.dir] = documented[f.dir] || f.syntax.Doc != nil
	}
	for _, dir := range slices.Sorted(maps.Keys(first)) {
		if f := first[dir]; !documented[dir] {
			found = append(found, f.at(f.syntax.Package, "say its one idea in a sentence above the package clause of its main file",
				"package %s has no doc comment", dir))
		}
	}
	return found
}
