package assign_test

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// Limits that seven flows of two classes share, against the linear programme of
// links and flows (a variable for each flow and link, a row for each limit) as
// GLPK 5.0 solves it: least cost 1398.69 and the duals below. The second class
// takes twice the room and minds tolls; its cost counts in equivalents.
func TestLimitsAgainstLinearProgramme(t *testing.T) {
	rows := []struct {
		from, to    int32
		time, limit float64
		dual        float64
	}{
		{0, 1, 10.2, 9.1, 12.2}, {0, 2, 12.1, 23.4, 0}, {0, 5, 3.2, 6.3, 5.2}, {1, 2, 15.7, 6.3, 0}, {1, 3, 11.3, 17.2, 0}, {1, 0, 3.4, 17.2, 0},
		{2, 3, 7.4, 6.3, 14.2}, {2, 4, 4.2, 14.9, 0.4}, {2, 1, 12.7, 6.3, 6.6}, {3, 4, 8.1, 6.3, 0}, {3, 5, 16.1, 14.9, 0}, {3, 2, 3.5, 17.2, 0},
		{4, 5, 5.1, 9.1, 2.9}, {4, 0, 18.1, 23.4, 0}, {4, 3, 16.9, 6.3, 0.8}, {5, 0, 16.7, 17.2, 0}, {5, 1, 12.1, 6.3, 21.4}, {5, 4, 7.6, 7.1, 0},
	}
	light := []assign.Trip{{From: 0, To: 3, Amount: 13.3}, {From: 1, To: 4, Amount: 9.7}, {From: 2, To: 0, Amount: 12.1}, {From: 5, To: 2, Amount: 8.9}, {From: 3, To: 5, Amount: 7.6}}
	heavy := []assign.Trip{{From: 0, To: 3, Amount: 3.2}, {From: 4, To: 1, Amount: 4.1}}
	var links []link
	var limit, toll, dual []float64
	for l, r := range rows {
		links = append(links, linear(r.from, r.to, r.time, 0))
		limit, toll, dual = append(limit, r.limit), append(toll, float64(l%4)), append(dual, r.dual)
	}
	for _, trip := range append(append([]assign.Trip(nil), light...), heavy...) { // a dear way with room for all
		links = append(links, linear(trip.From, trip.To, 60, 0))
		limit, toll, dual = append(limit, math.Inf(1)), append(toll, 0), append(dual, 0)
	}
	n := network(t, 6, 6, links)
	n.Limit, n.Toll = limit, toll
	p := &assign.Problem{Network: n, Classes: []assign.Class{
		{Name: "light", Demand: demand(t, 6, light...)},
		{Name: "heavy", Demand: demand(t, 6, heavy...), Equivalent: 2, TollFactor: 1},
	}}
	r := solve(t, p, assign.Settings{Gap: 1e-10, Iterations: 20000})
	if !r.Converged {
		t.Fatalf("gap %g, excess %g", r.RelativeGap, r.Excess)
	}
	near(t, "cost", r.TSTT, 1398.69, 1e-8)
	for l, want := range dual {
		near(t, "price of a limit", r.Price[l], want, 1e-5)
	}
	conserved(t, r, 1e-12)
}
