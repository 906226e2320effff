package reports

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"wabench/internal/units"
	"wabench/results"
)

// TextOptions says what the terminal can show.
type TextOptions struct {
	// Width is the number of columns; 0 means 100.
	Width int
	// Colour allows ANSI colours; without it the marks ✓ ✗ ? ! say the same.
	Colour bool
	// Path is where the page was written, named in the last line if set.
	Path string
}

// Text prints the report's end table for a terminal: the answer, latencies,
// webhooks, the comparison and the gates.
func (d *Document) Text(w io.Writer, o TextOptions) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	p := &terminal{options: o}
	p.head(d)
	for _, t := range []Table{d.endTable(), d.webhookTable(), d.comparisonTable()} {
		if len(t.Rows) > 0 {
			p.gap()
			p.table(t)
		}
	}
	p.gates(d.run.Gates)
	p.notes(d.run.Notes)
	p.gap()
	p.paragraph("", Muted, "tool floor: "+floorWords(d.run.Floor))
	if o.Path != "" {
		p.gap()
		fmt.Fprintf(&p.out, "report: %s\n", tidy(o.Path))
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

// terminal collects the lines of a text report.
type terminal struct {
	out     bytes.Buffer
	options TextOptions
}

// ansi are the colours of moods; bold has a name of its own.
var ansi = map[Mood]string{Good: "\x1b[32m", Bad: "\x1b[31m", Warn: "\x1b[33m", Muted: "\x1b[2m", bold: "\x1b[1m"}

const bold Mood = "bold"

// in returns text in a mood's colour, if the terminal has any.
func (p *terminal) in(m Mood, text string) string {
	if !p.options.Colour || ansi[m] == "" || text == "" {
		return text
	}
	return ansi[m] + text + "\x1b[0m"
}

func (p *terminal) gap() { p.out.WriteByte('\n') }

// head prints the title, the answer and the cautions.
func (p *terminal) head(d *Document) {
	p.out.WriteString(p.in(bold, d.Title))
	if d.Verdict != "" {
		p.out.WriteString("  " + p.in(gateMood(d.Verdict), mark(d.Verdict)+" "+verdictTitle(d.Verdict)))
	}
	p.gap()
	p.paragraph("", Muted, d.Tested)
	p.paragraph("", Plain, d.Answer)
	for _, c := range d.Cautions {
		p.paragraph(p.in(c.Mood, "! "), Plain, c.Title+". "+c.Text+" "+c.Advice)
	}
}

// paragraph wraps text to the terminal's width behind a mark.
func (p *terminal) paragraph(mark string, m Mood, text string) {
	indent := strings.Repeat(" ", visible(mark))
	for i, line := range wrap(text, p.options.Width-len(indent)) {
		if i == 0 {
			p.out.WriteString(mark)
		} else {
			p.out.WriteString(indent)
		}
		p.out.WriteString(p.in(m, line) + "\n")
	}
}

// gates prints one line a rule and its evidence below where it did not pass.
func (p *terminal) gates(gates []results.Gate) {
	if len(gates) == 0 {
		return
	}
	p.gap()
	p.out.WriteString(p.in(bold, "gates") + "\n")
	for _, g := range gates {
		line := g.Rule
		if g.Target != "" && !strings.Contains(g.Rule, g.Target) {
			line += " on " + g.Target
		}
		if g.Observed != "" {
			line += ": " + g.Observed
		}
		p.paragraph("  "+p.in(gateMood(g.Verdict), mark(g.Verdict))+" ", Plain, tidy(line))
		if g.Verdict != results.Pass && g.Detail != "" {
			p.paragraph("    ", Muted, tidy(g.Detail))
		}
	}
}

// notes prints the run's notes with their advice, but for the one that the
// line on the tool floor says.
func (p *terminal) notes(notes []results.Note) {
	notes = slices.DeleteFunc(slices.Clone(notes), func(n results.Note) bool { return n.Code == NoteNoFloor })
	if len(notes) == 0 {
		return
	}
	p.gap()
	p.out.WriteString(p.in(bold, "notes") + "\n")
	for _, n := range notes {
		p.paragraph("  - ", Plain, tidy(n.Text))
		if n.Advice != "" {
			p.paragraph("    ", Muted, tidy(n.Advice))
		}
	}
}

// endTable is the table a run ends with: one row for each target and operation.
func (d *Document) endTable() Table {
	t := Table{Columns: columns("target", "op", "clock**", ">accepted", ">rate", ">throttled*", ">failed", ">p50", ">p90*", ">p95***", ">p99", ">p99.9**", ">max")}
	for _, name := range targetNames(&d.run) {
		target := d.run.Targets[name]
		for _, opName := range opNames(target) {
			op := target.Ops[opName]
			failed, throttled, all := tallies(op.Measured)
			l, clock := headClock(op)
			cells := row(tidy(name), tidy(opName), clock, count(op.Outcomes["ok"]), rate(op.Rate), share(throttled, all), share(failed, all))
			cells[5].Mood = moodIf(throttled > 0, Warn)
			cells[6].Mood = moodIf(failed > 0, Bad)
			t.add(append(cells, tail(l)...)...)
		}
	}
	return t
}

// tail prints the quantiles of the end table, without intervals.
func tail(l *results.Latency) []Cell {
	var cells []Cell
	for _, q := range quantiles {
		c := q.cell(l)
		cells = append(cells, Cell{Text: c.Text, Mood: c.Mood})
	}
	if l == nil || l.Count == 0 {
		return append(cells, Cell{Text: none, Mood: Muted})
	}
	return append(cells, Cell{Text: units.FormatDuration(l.Max)})
}

// webhookTable is the end table's second half: what became of the accepted.
func (d *Document) webhookTable() Table {
	t := Table{Columns: columns("webhooks", ">accepted", ">delivered", ">failed", ">lost", ">duplicates*", ">delivered p50", ">p95**", ">p99", ">max***")}
	for _, name := range targetNames(&d.run) {
		w := d.run.Targets[name].Webhook
		if w == nil {
			continue
		}
		cells := row(tidy(name), count(w.Expected), share(w.Delivered, w.Expected), count(w.Failed), count(w.Lost), count(w.Duplicates))
		cells[3].Mood = moodIf(w.Failed > 0, Bad)
		cells[4].Mood = moodIf(w.Lost > 0, Bad)
		all := tail(w.DeliveredTime)
		t.add(append(cells, all[0], all[2], all[3], all[5])...)
	}
	return t
}

// comparisonTable is the comparison without its small print.
func (d *Document) comparisonTable() Table {
	s, ok := comparisonSection(d.run.Comparison)
	if !ok {
		return Table{}
	}
	t := s.Tables[0]
	t.Columns[4].Spare = 1
	return Table{Columns: t.Columns[:6], Rows: cut(t.Rows, 6)}
}

// cut keeps the first n cells of every row.
func cut(rows [][]Cell, n int) [][]Cell {
	short := make([][]Cell, len(rows))
	for i, cells := range rows {
		short[i] = cells[:n]
	}
	return short
}
