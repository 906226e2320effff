package arch

import (
	"maps"
	"path"
	"slices"
	"testing"
)

func TestTheTablesAgreeWithTheFloors(t *testing.T) {
	house := House()
	var named []string
	for _, table := range []map[string][]string{house.Neighbours, house.Alone} {
		for name, others := range table {
			named = append(append(named, name), others...)
		}
	}
	for _, importers := range house.Libraries {
		named = append(named, importers...)
	}
	for _, name := range slices.Concat(named, house.Impure, house.System) {
		if path.Ext(name) == ".go" {
			name = path.Dir(name)
		}
		if _, known := house.Floors[name]; !known && name != Anyone {
			t.Errorf("%s is in a table and has no floor", name)
		}
	}
	for name, neighbours := range house.Neighbours {
		for _, neighbour := range neighbours {
			if house.Floors[name] != house.Floors[neighbour] {
				t.Errorf("%s and %s are no neighbours", name, neighbour)
			}
			if slices.Contains(house.Neighbours[neighbour], name) {
				t.Errorf("%s and %s import each other", name, neighbour)
			}
		}
	}
	for name, few := range house.Alone {
		for _, below := range few {
			if house.Floors[below] >= house.Floors[name] {
				t.Errorf("%s may know %s, which is not below it", name, below)
			}
		}
	}
}

func TestNoHeavyLibraryIsForAnyone(t *testing.T) {
	light := []string{"github.com/google/uuid", "golang.org/x/sync"}
	for _, library := range slices.Sorted(maps.Keys(House().Libraries)) {
		if slices.Contains(House().Libraries[library], Anyone) && !slices.Contains(light, library) {
			t.Errorf("%s may be imported by anyone", library)
		}
	}
}
