package chart_test

import (
	"fmt"

	"github.com/astara-corridors/astara/report/chart"
)

func ExampleProfile_Totals() {
	p := chart.Profile{Title: "Baku to Astara", Steps: []chart.Step{
		{Kind: "load", Place: "Baku", Hours: 12, Money: 4},
		{Kind: "move", Mode: "rail", Km: 310, Hours: 14, Money: 6},
		{Kind: "border", Place: "Astara", Hours: 30, Money: 2},
	}}
	km, hours, money := p.Totals()
	fmt.Println(km, hours, money)
	// Output: 310 56 12
}
