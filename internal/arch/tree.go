package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Violation is one place where a tree breaks the policy.
type Violation struct {
	File string
	Line int
	Text string // what is wrong
	Hint string // the way out
}

// String is the violation as a compiler would print it, its hint below.
func (v Violation) String() string {
	return fmt.Sprintf("%s:%d: %s\n\thint: %s", v.File, v.Line, v.Text, v.Hint)
}

// Check returns where the Go files of a tree break a policy, in the order of
// their paths. Directories named testdata or vendor, or that begin with a dot
// or an underscore, are left out, as the go command does.
func Check(tree fs.FS, policy Policy) ([]Violation, error) {
	files, err := read(tree)
	if err != nil {
		return nil, err
	}
	var found []Violation
	for _, f := range files {
		for _, check := range []func(*file, Policy) []Violation{
			checkFloors, checkLibraries, checkSystem, checkPurity, checkRandomness,
			checkNames, checkLengths, checkDocs, checkTests, checkWords,
		} {
			found = append(found, check(f, policy)...)
		}
	}
	return append(found, checkPackageDocs(files)...), nil
}

// file is one parsed Go file.
type file struct {
	path   string // from the tree's root
	dir    string // its package's path inside the module
	test   bool
	lines  int
	set    *token.FileSet
	syntax *ast.File
}

// read parses the Go files of a tree.
func read(tree fs.FS) (files []*file, err error) {
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && ignored(entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		f, err := parse(name, source)
		files = append(files, f)
		return err
	})
	return files, err
}

func ignored(dir string) bool {
	return dir == "testdata" || dir == "vendor" || (len(dir) > 1 && (dir[0] == '.' || dir[0] == '_'))
}

func parse(name string, source []byte) (*file, error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &file{
		path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		lines: set.File(syntax.FileStart).LineCount(), set: set, syntax: syntax,
	}, nil
}

// at makes a violation at a place in the file.
func (f *file) at(place token.Pos, hint, format string, args ...any) Violation {
	return Violation{File: f.path, Line: f.set.Position(place).Line, Text: fmt.Sprintf(format, args...), Hint: hint}
}

// imports returns the file's imports by path.
func (f *file) imports() map[string]*ast.ImportSpec {
	imports := map[string]*ast.ImportSpec{}
	for _, spec := range f.syntax.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			imports[name] = spec
		}
	}
	return imports
}

// uses returns the selections from an imported package (time.Now) whose name
// is wanted, at their places.
func (f *file) uses(library string, wanted func(name string) bool) (places []*ast.SelectorExpr) {
	spec, imported := f.imports()[library]
	if !imported {
		return nil
	}
	local := localName(library, spec)
	ast.Inspect(f.syntax, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if from, ok := selector.X.(*ast.Ident); ok && from.Name == local && wanted(selector.Sel.Name) {
			places = append(places, selector)
		}
		return true
	})
	return places
}

// localName is what a file calls an import.
func localName(library string, spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	name := path.Base(library)
	if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		name = path.Base(path.Dir(library)) // math/rand/v2 is rand
	}
	return name
}

// oneOf returns a test for a name being in a list.
func oneOf(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}
