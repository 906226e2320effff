package reports

import (
	"fmt"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// million is the number of messages that costs are quoted for.
const million = 1e6

// costSection says what a million messages would cost at the rate achieved.
func costSection(run *results.Run, targets []string) (Section, bool) {
	t := Table{
		Caption: "Cost of a million accepted messages at the rate of this run",
		Columns: columns("target", ">per message", ">per hour", ">rate", ">hours", ">a million messages"),
	}
	for _, name := range targets {
		if cells := costRow(name, run.Targets[name]); cells != nil {
			t.add(cells...)
		}
	}
	if len(t.Rows) == 0 {
		return Section{}, false
	}
	return Section{
		ID: "cost", Title: "What a million messages cost", Tables: []Table{t},
		Text: []string{"A million messages cost a million times the price of one, plus the hours they take at the accepted rate; both prices are the scenario's."},
	}, true
}

func costRow(name string, t *results.Target) []Cell {
	perMessage, errMessage := units.ParseMoney(t.CostPerMsg)
	perHour, errHour := units.ParseMoney(t.CostPerHour)
	op, _ := mainOp(t)
	if errMessage != nil && errHour != nil || op == nil {
		return nil
	}
	cells := row(tidy(name), none, none, rate(op.Rate), none, none)
	if errMessage == nil {
		cells[1].Text = perMessage.String()
	}
	if errHour == nil {
		cells[2].Text = perHour.String()
	}
	if total, hours, ok := costOfMillion(perMessage, perHour, op.Rate); ok {
		cells[4].Text = fmt.Sprintf("%.1f", hours.Hours())
		cells[5].Text = total.String()
	}
	return cells
}

// costOfMillion is million·perMessage + perHour·hours, hours = million / rate;
// not ok if there is no rate or the two prices are in different currencies.
func costOfMillion(perMessage, perHour units.Money, perSecond float64) (units.Money, time.Duration, bool) {
	currency := perMessage.Currency
	if currency == "" {
		currency = perHour.Currency
	}
	if perSecond <= 0 || perHour.Currency != "" && perHour.Currency != currency {
		return units.Money{}, 0, false
	}
	taken := time.Duration(million / perSecond * float64(time.Second))
	return units.Money{Amount: million*perMessage.Amount + perHour.Amount*taken.Hours(), Currency: currency}, taken, true
}
