package interchange

import "github.com/astara-corridors/astara/freight"

// RunOf makes a run for export out of the flows of a solved network: both
// directions of a link together, flow types as the engine sees them from the
// country each direction begins in. At sea ("XZ") only the total is kept.
func RunOf(id, name string, s *freight.Spec, flows []freight.LinkFlow) FlowRun {
	index := make(map[string]int, len(s.Links))
	for i := range s.Links {
		index[s.Links[i].ID] = i
	}
	out := FlowRun{ID: id, Name: name, Flow: make([]LinkFlow, len(s.Links))}
	for _, f := range flows {
		i, ok := index[f.Link]
		if !ok {
			continue
		}
		o := &out.Flow[i]
		o.Total += f.Tonnes
		if f.Country == "XZ" {
			continue
		}
		o.Transit += f.ByFlow[0]
		o.Import += f.ByFlow[1]
		o.Export += f.ByFlow[2]
		o.Domestic += f.ByFlow[3]
	}
	return out
}
