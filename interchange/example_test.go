package interchange_test

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
)

// Two files of the TNTP format become a problem, and the problem a report.
func ExampleTNTPNetwork_Problem() {
	var l diag.List
	n := interchange.ReadTNTPNetwork("small_net.tntp", []byte(smallNet), &l)
	t := interchange.ReadTNTPTrips("small_trips.tntp", []byte(smallTrips), &l)
	for _, d := range l.All() {
		fmt.Println(d)
	}
	p, _, err := n.Problem(t, interchange.TNTPOptions{})
	if err != nil {
		panic(err)
	}
	r, err := assign.Run(context.Background(), assign.Options{Problem: p, Settings: assign.Settings{Method: assign.AllOrNothing}})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Method, r.TSTT, len(r.Unreachable))
	// Output:
	// small_net.tntp:12:1: warning A269 tntp-duplicate-link: a second link from node 3 to node 2
	// aon 61.5 1
}
