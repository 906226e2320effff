package arch

import (
	"maps"
	"slices"
	"strings"
)

// checkFloors checks that the file's imports of our own packages go down.
func checkFloors(f *file, policy Policy) (found []Violation) {
	floor, known := policy.Floors[f.dir]
	if !known {
		return []Violation{f.at(f.syntax.Package,
			"give it a floor in internal/arch, in this commit, with a line of why; or make it part of a package that has one",
			"package %s has no floor", f.dir)}
	}
	for _, library := range slices.Sorted(maps.Keys(f.imports())) {
		name, ours := strings.CutPrefix(library, policy.Module+"/")
		if !ours || name == f.dir {
			continue
		}
		below, known := policy.Floors[name]
		spec := f.imports()[library]
		switch {
		case !known: // said once, at that package
		case below > floor:
			found = append(found, f.at(spec.Pos(),
				"move what is needed down, or raise the floor of "+f.dir+" by a decision record",
				"%s (floor %d) imports %s (floor %d): imports only go down", f.dir, floor, name, below))
		case f.test: // a test may look at its neighbours
		case below == floor && !slices.Contains(policy.Neighbours[f.dir], name):
			found = append(found, f.at(spec.Pos(),
				"move what both need a floor down, or let "+f.dir+" know this neighbour by a decision record",
				"%s imports %s, its neighbour on floor %d", f.dir, name, floor))
		case !mayKnow(policy, f.dir, name):
			found = append(found, f.at(spec.Pos(),
				"pass it in as a plain value, or widen what "+f.dir+" may know by a decision record",
				"%s stands alone and imports %s", f.dir, name))
		}
	}
	return found
}

func mayKnow(policy Policy, dir, name string) bool {
	few, alone := policy.Alone[dir]
	return !alone || slices.Contains(few, name)
}

// checkLibraries checks that foreign libraries are imported only where they
// are wrapped.
func checkLibraries(f *file, policy Policy) (found []Violation) {
	for _, library := range slices.Sorted(maps.Keys(f.imports())) {
		if !strings.Contains(strings.Split(library, "/")[0], ".") {
			continue // ours, or the standard library's
		}
		row, listed := libraryRow(policy, library)
		importers := policy.Libraries[row]
		spec := f.imports()[library]
		switch {
		case !listed:
			found = append(found, f.at(spec.Pos(),
				"use the standard library or what we have; or add a row to internal/arch with a decision record (what it brings, its weight)",
				"library %s is not in the table", library))
		case f.test || slices.Contains(importers, Anyone) || slices.Contains(importers, f.dir):
		case len(importers) == 0:
			found = append(found, f.at(spec.Pos(), "move its use to a test, or choose otherwise by a decision record",
				"%s is for tests alone, and %s imports it", row, f.dir))
		default:
			found = append(found, f.at(spec.Pos(),
				"say what is needed in our words in "+importers[0]+", or add an importer by a decision record",
				"%s is wrapped by %s, and %s imports it", row, strings.Join(importers, " and "), f.dir))
		}
	}
	return found
}

// libraryRow returns the longest row of the table that a library belongs to.
func libraryRow(policy Policy, library string) (longest string, listed bool) {
	for row := range policy.Libraries {
		if (library == row || strings.HasPrefix(library, row+"/")) && len(row) > len(longest) {
			longest, listed = row, true
		}
	}
	return longest, listed
}

// checkSystem checks that only the outermost files touch the system.
func checkSystem(f *file, policy Policy) (found []Violation) {
	if f.test || slices.Contains(policy.System, f.path) || slices.Contains(policy.System, f.dir) {
		return nil
	}
	for _, library := range slices.Sorted(maps.Keys(f.imports())) {
		if library == "os" || strings.HasPrefix(library, "os/") {
			found = append(found, f.at(f.imports()[library].Pos(),
				"take an io.Reader, an io.Writer, an fs.FS or a plain value; "+strings.Join(policy.System, ", ")+" give it",
				"%s imports %s", f.path, library))
		}
	}
	return found
}
