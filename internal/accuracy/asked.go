package accuracy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// askedSection lists what each tool was asked, with the files it was given.
func (f Figures) askedSection() string {
	var lines, files strings.Builder
	for _, c := range f.Contestants {
		var seen []string
		asked := f.asked(c.Name)
		for _, command := range asked {
			if line := command.line(); !slices.Contains(seen, line) {
				seen = append(seen, line)
				fmt.Fprintln(&lines, line)
			}
		}
		if len(asked) == 0 {
			continue
		}
		if text := asked[0].filesText(); !strings.Contains(files.String(), text) {
			files.WriteString(text)
		}
	}
	return fmt.Sprintf("```text\n%s```\n\nThe files of each, as of its first line:\n\n```text\n%s```\n", lines.String(), files.String())
}

// asked are a tool's commands, in the order of the tables.
func (f Figures) asked(tool string) (out []Command) {
	for _, k := range f.Known {
		for _, row := range k.Rows {
			if row.Tool == tool {
				out = append(out, row.Asked)
			}
		}
	}
	for _, costs := range [][]CostFigures{f.Costs, f.Closed} {
		for _, c := range costs {
			if c.Tool == tool {
				out = append(out, c.Asked)
			}
		}
	}
	return out
}

// address is where a server listens: on another port each time.
var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// line is the command as it would be typed.
func (c Command) line() string {
	words := append([]string{c.Program}, c.Args...)
	for i, word := range words {
		if strings.ContainsAny(word, " '\"$*?;&|<>(){}") {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return anyServer(strings.Join(append(slices.Clone(c.Env), words...), " "))
}

// filesText is the files with their names, by name.
func (c Command) filesText() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c.Files)) {
		fmt.Fprintf(&b, "--- %s: %s\n%s\n", c.Program, name, strings.TrimRight(anyServer(c.Files[name]), "\n"))
	}
	return b.String()
}

func anyServer(text string) string { return address.ReplaceAllString(text, "http://SERVER") }
