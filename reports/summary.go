package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"wabench/results"
)

// Summary prints the report as Markdown, short enough for a comment on a pull
// request: verdict, answer, gates, comparison and latencies.
func (d *Document) Summary(w io.Writer) error {
	var out bytes.Buffer
	title := "## " + markdown(d.Title)
	if d.Verdict != "" {
		title += ": " + badge(d.Verdict) + " " + verdictTitle(d.Verdict)
	}
	fmt.Fprintf(&out, "%s\n\n**%s**\n\n%s\n", title, markdown(d.Answer), markdown(d.Tested))
	for _, c := range d.Cautions {
		fmt.Fprintf(&out, "\n> ⚠️ **%s.** %s %s\n", markdown(c.Title), markdown(c.Text), markdown(c.Advice))
	}
	for _, id := range []string{"gates", "comparison", "latency", "requests", "webhooks", "availability", "notes"} {
		s, ok := d.Section(id)
		if !ok {
			continue
		}
		fmt.Fprintf(&out, "\n### %s\n", markdown(s.Title))
		for _, t := range s.Tables {
			if !strings.HasPrefix(t.Caption, "Events") {
				markdownTable(&out, t)
			}
		}
	}
	fmt.Fprintf(&out, "\n<sub>tool floor: %s</sub>\n", markdown(floorWords(d.run.Floor)))
	fmt.Fprintf(&out, "\n<sub>run %s · seed %d · plan %s · generator %s · `report.html` has the charts</sub>\n",
		markdown(tidy(d.run.ID)), d.run.Plan.Seed, markdown(clip(tidy(d.run.Plan.SHA256), 13)), markdown(tidy(d.run.Generator.Verdict)))
	_, err := w.Write(out.Bytes())
	return err
}

// badge is a verdict as GitHub shows it.
func badge(verdict string) string {
	switch verdict {
	case results.Pass:
		return "✅"
	case results.Fail:
		return "❌"
	case results.Inconclusive:
		return "❔"
	}
	return "⚠️"
}

// markdownTable prints a table as GitHub's Markdown has them.
func markdownTable(out *bytes.Buffer, t Table) {
	out.WriteString("\n|")
	for _, col := range t.Columns {
		out.WriteString(" " + markdown(col.Name) + " |")
	}
	out.WriteString("\n|")
	for _, col := range t.Columns {
		if col.Numeric {
			out.WriteString(" ---: |")
		} else {
			out.WriteString(" --- |")
		}
	}
	out.WriteString("\n")
	for _, cells := range t.Rows {
		out.WriteString("|")
		for _, c := range cells {
			out.WriteString(" " + markdown(c.text()) + " |")
		}
		out.WriteString("\n")
	}
	fmt.Fprintf(out, "\n<sub>%s</sub>\n", markdown(t.Caption))
}

// markdownSpecial are the characters that Markdown, HTML or GitHub would act
// upon: a target may be called @everyone or <img>.
var markdownSpecial = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "&#64;", "#", "&#35;", "|", "\\|", "\\", "\\\\", "`", "\\`",
	"*", "\\*", "_", "\\_", "~", "\\~", "[", "\\[", "]", "\\]", "!", "\\!",
	"https://", "https&#58;//", "http://", "http&#58;//",
)

// markdown escapes text for one line of Markdown.
func markdown(text string) string { return markdownSpecial.Replace(tidy(text)) }
