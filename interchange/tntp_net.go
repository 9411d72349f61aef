package interchange

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// TNTPNetwork is a network file. Nodes are 1..Nodes, zones are the first Zones of
// them. Units are the file's own; they are stated in its README, not in it.
type TNTPNetwork struct {
	Zones, Nodes int
	// FirstThru is the lowest node that ways may pass; those below may only start
	// and end them.
	FirstThru int
	// TollFactor and DistanceFactor turn toll and length into time, when the file
	// gives them (<TOLL FACTOR>, <DISTANCE FACTOR>); most leave them to the README.
	TollFactor, DistanceFactor float64
	Links                      []TNTPLink
}

// TNTPLink is a row of a network file. Time at volume v is FreeFlowTime (1 + B
// (v/Capacity)^Power).
type TNTPLink struct {
	Init, Term                     int
	Capacity, Length, FreeFlowTime float64
	B, Power, Speed, Toll          float64
	Type                           int
	Pos                            diag.Pos
}

// linkColumns are the fields of a link row in their usual order.
var linkColumns = []string{"init_node", "term_node", "capacity", "length", "free_flow_time", "b", "power", "speed", "toll", "link_type"}

// ReadTNTPNetwork reads a network file. Positions carry file as given.
func ReadTNTPNetwork(file string, data []byte, l *diag.List) *TNTPNetwork {
	n := &TNTPNetwork{FirstThru: 1}
	h := header{open: true, last: diag.Pos{File: file}}
	order := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	var declared int
	var hasCount, hasNodes bool
	begun := false
	rows := 0
	metadata := func() {
		n.Zones, _ = h.count("NUMBER OF ZONES", file, l)
		n.Nodes, hasNodes = h.count("NUMBER OF NODES", file, l)
		declared, hasCount = h.count("NUMBER OF LINKS", file, l)
		n.readMetadata(&h, file, l)
		if hasNodes && n.Zones > n.Nodes {
			f := h.values["NUMBER OF ZONES"]
			l.Report(ruleMetadata, f.pos, f.text, "there are %d zones but only %d nodes", n.Zones, n.Nodes)
		}
	}
	var buf []field
	eachLine(file, string(data), func(ln line) {
		if h.open && h.take(ln, l) {
			return
		}
		t := strings.TrimSpace(ln.text)
		if t == "" {
			return
		}
		if strings.HasPrefix(t, "~") {
			order = headerOrder(ln, order, begun, l)
			return
		}
		if !begun {
			begun = true
			metadata()
		}
		buf = ln.fields(";", buf[:0])
		if k := len(buf); k > 0 && buf[k-1].text == ";" {
			buf = buf[:k-1]
		}
		rows++
		if link, ok := readLink(ln, buf, order, n.Nodes, hasNodes, l); ok {
			n.Links = append(n.Links, link)
		}
	})
	if !begun {
		metadata()
	}
	if h.open {
		l.Report(ruleMetadata, h.last, "", "<END OF METADATA> is missing")
	}
	if hasCount && declared != rows {
		f := h.values["NUMBER OF LINKS"]
		l.Report(ruleCount, f.pos, f.text, "%d links are declared, there are %d rows", declared, rows)
	}
	n.remark(h, l)
	return n
}

func (n *TNTPNetwork) readMetadata(h *header, file string, l *diag.List) {
	if f, ok := h.values["FIRST THRU NODE"]; ok {
		if x, ok := f.whole("<FIRST THRU NODE>", l); ok {
			if x < 1 {
				l.Report(ruleMetadata, f.pos, f.text, "the first thru node is %d", x).Expected = "1 or more"
			} else {
				n.FirstThru = x
			}
		}
	} else {
		l.Report(ruleMetadata, diag.Pos{File: file}, "", "<FIRST THRU NODE> is missing").Hint = "write 1 when all nodes may be passed"
	}
	n.TollFactor = h.factor("TOLL FACTOR", l)
	n.DistanceFactor = h.factor("DISTANCE FACTOR", l)
}

// headerOrder reads a "~" line: column names where it has them, else a comment. It
// names the ten columns, each once, in any order.
func headerOrder(ln line, old []int, begun bool, l *diag.List) []int {
	at := map[string]int{}
	var names []field
	for _, f := range ln.fields("~;", nil) {
		if f.text == "~" || f.text == ";" {
			continue
		}
		name := strings.ToLower(f.text)
		if _, twice := at[name]; !twice {
			at[name] = len(names)
		}
		names = append(names, f)
	}
	if _, ok := at[linkColumns[0]]; !ok {
		return old
	}
	if begun {
		l.Report(ruleSyntax, ln.pos, "", "a line of column names stands after the first link")
		return old
	}
	order := make([]int, len(linkColumns))
	whole := true
	for c, name := range linkColumns {
		k, ok := at[name]
		if !ok {
			l.Report(ruleColumns, ln.pos, "", "the column %s is missing", name).Expected = strings.Join(linkColumns, " ")
			whole = false
		}
		order[c] = k
	}
	for i, f := range names {
		name := strings.ToLower(f.text)
		if k := at[name]; k != i {
			l.Report(ruleColumns, f.pos, f.text, "the column %s is there twice", name).Also = []diag.Pos{names[k].pos}
			whole = false
		} else if !slices.Contains(linkColumns, name) {
			l.Report(ruleColumns, f.pos, f.text, "there is no column %s in a TNTP network", f.text).Expected = strings.Join(linkColumns, " ")
			whole = false
		}
	}
	if !whole {
		return old
	}
	return order
}

func readLink(ln line, fs []field, order []int, nodes int, checkNodes bool, l *diag.List) (TNTPLink, bool) {
	if len(fs) != len(linkColumns) {
		l.Report(ruleColumns, ln.pos, "", "the row has %d fields", len(fs)).Expected = strconv.Itoa(len(linkColumns)) + ": " + strings.Join(linkColumns, " ")
		return TNTPLink{}, false
	}
	k := TNTPLink{Pos: ln.pos}
	good := true
	for c, p := range []*int{&k.Init, &k.Term} {
		f := fs[order[c]]
		x, ok := f.whole(linkColumns[c], l)
		good = good && ok
		if ok && (x < 1 || checkNodes && x > nodes) {
			l.Report(ruleNode, f.pos, f.text, "%s is %d", linkColumns[c], x).Expected = "1 to " + strconv.Itoa(nodes)
			good = false
		}
		*p = x
	}
	for c, p := range []*float64{&k.Capacity, &k.Length, &k.FreeFlowTime, &k.B, &k.Power, &k.Speed, &k.Toll} {
		c += 2
		f := fs[order[c]]
		x, ok := f.number(linkColumns[c], l)
		good = good && ok
		if ok && x < 0 {
			l.Report(ruleNegative, f.pos, f.text, "%s is %v", linkColumns[c], x).Expected = "0 or more"
			good = false
		}
		*p = x
	}
	f := fs[order[9]]
	t, ok := f.whole(linkColumns[9], l)
	good = good && ok
	k.Type = t
	if !good {
		return k, false
	}
	if k.B > 0 && k.Capacity == 0 {
		f := fs[order[2]]
		l.Report(ruleCapacity, f.pos, f.text, "capacity is 0 but the time depends on volume (B is %v)", k.B)
		return k, false
	}
	if k.B > 0 && k.Power == 0 {
		f := fs[order[6]]
		l.Report(rulePower, f.pos, f.text, "power is 0 with B %v: the time is constant, %v", k.B, k.FreeFlowTime*(1+k.B))
	}
	return k, true
}

// remark reports what is allowed but surprises.
func (n *TNTPNetwork) remark(h header, l *diag.List) {
	first := map[[2]int]diag.Pos{}
	zero, zeroAt := 0, diag.Pos{}
	for _, k := range n.Links {
		pair := [2]int{k.Init, k.Term}
		if at, twice := first[pair]; twice {
			d := l.Report(ruleDuplicate, k.Pos, "", "a second link from node %d to node %d", k.Init, k.Term)
			d.Also = []diag.Pos{at}
			d.Hint = "both are kept; ask for the first of each pair where a study used that"
		} else {
			first[pair] = k.Pos
		}
		if k.Init == k.Term {
			l.Report(ruleLoop, k.Pos, "", "the link starts and ends at node %d", k.Init)
		}
		if k.FreeFlowTime == 0 {
			if zero == 0 {
				zeroAt = k.Pos
			}
			zero++
		}
	}
	if zero > 0 {
		l.Report(ruleZeroTime, zeroAt, "", "%d links have free-flow time 0, this is the first", zero)
	}
	if f, ok := h.values["FIRST THRU NODE"]; ok && n.FirstThru <= n.Zones {
		l.Report(ruleNoThrough, f.pos, f.text, "the first thru node is %d, so ways may pass through zones %d to %d", n.FirstThru, n.FirstThru, n.Zones)
	} else if ok && n.FirstThru > n.Nodes && n.Nodes > n.Zones { // where all nodes are zones, one above them is how it is said that none is passed
		l.Report(ruleFirstThru, f.pos, f.text, "the first thru node is %d of %d nodes, so only links from zone to zone are ways", n.FirstThru, n.Nodes).Hint = "write the lowest node that ways may pass"
	}
}

// WriteTNTPNetwork writes n so that [ReadTNTPNetwork] gives it back.
func WriteTNTPNetwork(w io.Writer, n *TNTPNetwork) error {
	b := bufio.NewWriter(w)
	put := func(name string, x int) { b.WriteString("<" + name + "> " + strconv.Itoa(x) + "\n") }
	put("NUMBER OF ZONES", n.Zones)
	put("NUMBER OF NODES", n.Nodes)
	put("FIRST THRU NODE", n.FirstThru)
	put("NUMBER OF LINKS", len(n.Links))
	if n.TollFactor != 0 {
		b.WriteString("<TOLL FACTOR> " + number(n.TollFactor) + "\n")
	}
	if n.DistanceFactor != 0 {
		b.WriteString("<DISTANCE FACTOR> " + number(n.DistanceFactor) + "\n")
	}
	b.WriteString("<END OF METADATA>\n\n\n~\t" + strings.Join(linkColumns, "\t") + "\t;\n")
	for _, k := range n.Links {
		b.WriteString("\t" + strconv.Itoa(k.Init) + "\t" + strconv.Itoa(k.Term))
		for _, x := range []float64{k.Capacity, k.Length, k.FreeFlowTime, k.B, k.Power, k.Speed, k.Toll} {
			b.WriteString("\t" + number(x))
		}
		b.WriteString("\t" + strconv.Itoa(k.Type) + "\t;\n")
	}
	return b.Flush()
}

// number writes a figure in the shortest form that reads back exactly.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
