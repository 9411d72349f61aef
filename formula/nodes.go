package formula

// Node is an inner node of the diagram of a proposition: Kids has one entry a
// state of variable Var, each the number of a node, or [FalseNode] or
// [TrueNode].
type Node struct {
	Var  int
	Kids []int
}

// The ends of a diagram, as numbers of nodes.
const (
	FalseNode = -2
	TrueNode  = -1
)

// Nodes returns the diagram of the proposition, kids before parents, and the
// number of its root. Equal meaning gives equal nodes. It serves translations
// into other forms, such as clauses.
func (p *Prop) Nodes() (nodes []Node, root int) {
	number := func(r ref) int { return int(r) - int(inner) }
	for _, n := range p.d.nodes {
		kids := make([]int, len(p.s.vars[n.v].States))
		for k := range kids {
			kids[k] = number(n.kids[k])
		}
		nodes = append(nodes, Node{Var: int(n.v), Kids: kids})
	}
	return nodes, number(p.d.root)
}
