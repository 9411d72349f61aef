package report

import (
	"fmt"

	"github.com/astara-corridors/astara/answer"
)

// discoveryRow says where an outcome moves, with what each limit of the box does.
type discoveryRow struct {
	Outcome                        ref
	Text                           string
	Coverage, Density, Mass, Share string
	Limits                         []discoveryLimit
}

type discoveryLimit struct {
	Variable                  ref
	States                    string
	QuasiP, Coverage, Density string
}

func (b *builder) discovery() []discoveryRow {
	var out []discoveryRow
	for i := range b.Answer.Discovery {
		d := &b.Answer.Discovery[i]
		r := discoveryRow{Outcome: b.outcomeRef(d.Outcome), Text: typeset(d.Sentence), Coverage: share(d.Coverage), Density: share(d.Density), Mass: share(d.Mass), Share: share(d.Share)}
		for _, l := range d.Limits {
			r.Limits = append(r.Limits, discoveryLimit{b.variableRef(l.Variable), answer.StateNames(l.States), quasiP(l.QuasiP), share(l.Coverage), share(l.Density)})
		}
		out = append(out, r)
	}
	return out
}

// quasiP writes a chance; very small ones are only said to be small.
func quasiP(p float64) string {
	if p < 0.001 {
		return "under 0.001"
	}
	return fmt.Sprintf("%.3f", p)
}
