package interchange

import (
	"testing"

	"github.com/astara-corridors/astara/freight"
)

func TestRunOf(t *testing.T) {
	s := flowNetwork()
	r := RunOf("base", "Base year", s, []freight.LinkFlow{
		{Link: "L\"1", Country: "AZ", Tonnes: 10, ByFlow: [4]float64{1, 2, 3, 4}}, {Link: "L\"1", Country: "GE", Tonnes: 5, ByFlow: [4]float64{5, 0, 0, 0}},
		{Link: "L2", Country: "XZ", Tonnes: 7, ByFlow: [4]float64{7, 0, 0, 0}}, {Link: "gone", Tonnes: 1}})
	if want := (LinkFlow{Total: 15, Transit: 6, Import: 2, Export: 3, Domestic: 4}); r.Flow[0] != want {
		t.Errorf("land %+v, want %+v", r.Flow[0], want)
	}
	if want := (LinkFlow{Total: 7}); r.Flow[1] != want {
		t.Errorf("sea %+v, want %+v", r.Flow[1], want)
	}
}
