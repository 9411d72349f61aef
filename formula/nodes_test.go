package formula

import (
	"testing"

	"pgregory.net/rapid"
)

// Walking the nodes must give the truth in every world.
func TestNodesMeanTheProposition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSpace(rt, t)
		term := drawTerm(rt, s, 3)
		p := mustParse(t, s, term.text)
		nodes, root := p.Nodes()
		for _, w := range worlds(s) {
			at := root
			for at >= 0 {
				at = nodes[at].Kids[s.State(w, nodes[at].Var)]
			}
			if at != TrueNode && at != FalseNode {
				rt.Fatalf("%s: a walk ends at %d", p, at)
			}
			if (at == TrueNode) != p.Eval(w) {
				rt.Fatalf("%s in %s: the nodes say %v", p, s.FormatAll(w), at == TrueNode)
			}
		}
	})
}
