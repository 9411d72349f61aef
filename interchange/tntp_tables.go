package interchange

import (
	"bufio"
	"cmp"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// ODPair is demand between two zones, numbered as in the file.
type ODPair struct {
	From, To int
	Amount   float64
	Pos      diag.Pos
}

// TNTPTrips is a trips file: every pair it lists, also those with 0 trips and
// those within a zone.
type TNTPTrips struct {
	Zones int
	Total float64 // as declared; 0 when not
	Pairs []ODPair
}

// totalTolerance is the relative difference between declared and listed trips
// that passes as rounding of the listed ones.
const totalTolerance = 1e-6

// ReadTNTPTrips reads a trips file.
func ReadTNTPTrips(file string, data []byte, l *diag.List) *TNTPTrips {
	t := &TNTPTrips{}
	h := header{open: true, last: diag.Pos{File: file}}
	known := false
	origin := 0
	var buf []field
	eachLine(file, string(data), func(ln line) {
		if h.open && h.take(ln, l) {
			if !h.open {
				t.Zones, known = h.count("NUMBER OF ZONES", file, l)
			}
			return
		}
		if s := strings.TrimSpace(ln.text); s == "" || strings.HasPrefix(s, "~") {
			return
		}
		buf = ln.fields(":;", buf[:0])
		if strings.EqualFold(buf[0].text, "Origin") {
			origin = 0
			if len(buf) != 2 {
				l.Report(ruleSyntax, ln.pos, "", "an Origin line has %d words after Origin", len(buf)-1).Expected = "one zone number"
				return
			}
			if z, ok := t.zone(buf[1], "origin", known, l); ok {
				origin = z
			} else {
				origin = -1
			}
			return
		}
		t.cells(ln, buf, origin, known, l)
	})
	if h.open {
		l.Report(ruleMetadata, h.last, "", "<END OF METADATA> is missing")
	}
	t.check(&h, l)
	return t
}

func (t *TNTPTrips) zone(f field, what string, known bool, l *diag.List) (int, bool) {
	z, ok := f.whole(what, l)
	if ok && (z < 1 || known && z > t.Zones) {
		l.Report(ruleNode, f.pos, f.text, "%s is zone %d", what, z).Expected = "1 to " + strconv.Itoa(t.Zones)
		return 0, false
	}
	return z, ok
}

// cells reads "destination : trips ;" groups. Origin 0 means that none came yet,
// -1 that it could not be read.
func (t *TNTPTrips) cells(ln line, fs []field, origin int, known bool, l *diag.List) {
	if origin == 0 {
		l.Report(ruleOrigin, ln.pos, "", "trips stand before the first readable Origin line")
		return
	}
	for len(fs) > 0 {
		if fs[0].text == ";" { // an empty group
			fs = fs[1:]
			continue
		}
		if len(fs) < 3 || fs[1].text != ":" || fs[2].text == ";" || fs[2].text == ":" {
			l.Report(ruleSyntax, fs[0].pos, fs[0].text, "%q does not begin a group of trips", fs[0].text).Expected = "destination : trips ;"
			end := slices.IndexFunc(fs, func(f field) bool { return f.text == ";" })
			if end < 0 {
				return
			}
			fs = fs[end+1:]
			continue
		}
		z, okZ := t.zone(fs[0], "destination", known, l)
		x, okX := fs[2].number("trips", l)
		if okX && x < 0 {
			l.Report(ruleTrips, fs[2].pos, fs[2].text, "%v trips from zone %d to zone %d", x, origin, z).Expected = "0 or more"
			okX = false
		}
		if okZ && okX && origin > 0 {
			t.Pairs = append(t.Pairs, ODPair{From: origin, To: z, Amount: x, Pos: fs[0].pos})
		}
		fs = fs[3:]
		if len(fs) > 0 && fs[0].text != ";" {
			l.Report(ruleSyntax, fs[0].pos, fs[0].text, "%q stands where ; is expected", fs[0].text)
			end := slices.IndexFunc(fs, func(f field) bool { return f.text == ";" })
			if end < 0 {
				return
			}
			fs = fs[end:]
		}
	}
}

func (t *TNTPTrips) check(h *header, l *diag.List) {
	doubled(t.Pairs, l)
	f, ok := h.values["TOTAL OD FLOW"]
	if !ok {
		return
	}
	x, ok := f.number("<TOTAL OD FLOW>", l)
	if !ok {
		return
	}
	t.Total = x
	sum, lost := 0.0, 0.0 // Kahan
	for _, p := range t.Pairs {
		y := p.Amount - lost
		s := sum + y
		lost = (s - sum) - y
		sum = s
	}
	if math.Abs(sum-x) > totalTolerance*math.Max(sum, x) {
		l.Report(ruleTotal, f.pos, f.text, "a total of %v is declared, the trips add up to %v", x, sum)
	}
}

// doubled reports pairs given twice.
func doubled(pairs []ODPair, l *diag.List) {
	order := make([]int, len(pairs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(pairs[a].From, pairs[b].From), cmp.Compare(pairs[a].To, pairs[b].To))
	})
	for i := 1; i < len(order); i++ {
		p, q := pairs[order[i-1]], pairs[order[i]]
		if p.From == q.From && p.To == q.To {
			l.Report(rulePairTwice, q.Pos, "", "trips from %d to %d are given twice", q.From, q.To).Also = []diag.Pos{p.Pos}
		}
	}
}

// WriteTNTPTrips writes t; pairs keep their order and are grouped by runs of the
// same origin.
func WriteTNTPTrips(w io.Writer, t *TNTPTrips) error {
	b := bufio.NewWriter(w)
	b.WriteString("<NUMBER OF ZONES> " + strconv.Itoa(t.Zones) + "\n")
	if t.Total != 0 {
		b.WriteString("<TOTAL OD FLOW> " + number(t.Total) + "\n")
	}
	b.WriteString("<END OF METADATA>\n\n")
	const inLine = 5
	for i, at := 0, 0; i < len(t.Pairs); i++ {
		p := t.Pairs[i]
		if i == 0 || p.From != t.Pairs[i-1].From {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString("\nOrigin " + strconv.Itoa(p.From) + "\n")
			at = 0
		} else if at%inLine == 0 {
			b.WriteString("\n")
		}
		b.WriteString(" " + strconv.Itoa(p.To) + " : " + number(p.Amount) + ";")
		at++
	}
	b.WriteString("\n")
	return b.Flush()
}

// TNTPNode is a row of a node file.
type TNTPNode struct {
	Node int
	X, Y float64
	Pos  diag.Pos
}

// ReadTNTPNodes reads a node file: number, x, y. Coordinates are in the system
// that the README names.
func ReadTNTPNodes(file string, data []byte, l *diag.List) []TNTPNode {
	var nodes []TNTPNode
	first := map[int]diag.Pos{}
	eachRow(file, data, 3, []string{"node"}, l, func(ln line, fs []field) {
		n, ok := fs[0].whole("node", l)
		x, okX := fs[1].number("x", l)
		y, okY := fs[2].number("y", l)
		if !ok || !okX || !okY {
			return
		}
		if n < 1 {
			l.Report(ruleNode, fs[0].pos, fs[0].text, "node is %d", n).Expected = "1 or more"
			return
		}
		if at, twice := first[n]; twice {
			l.Report(ruleNode, fs[0].pos, fs[0].text, "node %d is given twice", n).Also = []diag.Pos{at}
			return
		}
		first[n] = fs[0].pos
		nodes = append(nodes, TNTPNode{Node: n, X: x, Y: y, Pos: ln.pos})
	})
	return nodes
}

// WriteTNTPNodes writes a node file.
func WriteTNTPNodes(w io.Writer, nodes []TNTPNode) error {
	b := bufio.NewWriter(w)
	b.WriteString("Node\tX\tY\t;\n")
	for _, n := range nodes {
		b.WriteString(strconv.Itoa(n.Node) + "\t" + number(n.X) + "\t" + number(n.Y) + "\t;\n")
	}
	return b.Flush()
}

// TNTPFlow is a row of a flow file: a solution's volume and cost of a link.
type TNTPFlow struct {
	From, To     int
	Volume, Cost float64
	Pos          diag.Pos
}

// ReadTNTPFlows reads a flow file. Lines before the first row of numbers are
// headers of many kinds and skipped.
func ReadTNTPFlows(file string, data []byte, l *diag.List) []TNTPFlow {
	var flows []TNTPFlow
	eachRow(file, data, 4, []string{"from", "tail", "init_node"}, l, func(ln line, fs []field) {
		from, ok1 := fs[0].whole("from", l)
		to, ok2 := fs[1].whole("to", l)
		v, ok3 := fs[2].number("volume", l)
		c, ok4 := fs[3].number("cost", l)
		if ok1 && ok2 && ok3 && ok4 {
			flows = append(flows, TNTPFlow{From: from, To: to, Volume: v, Cost: c, Pos: ln.pos})
		}
	})
	return flows
}

// WriteTNTPFlows writes a flow file.
func WriteTNTPFlows(w io.Writer, flows []TNTPFlow) error {
	b := bufio.NewWriter(w)
	b.WriteString("From\tTo\tVolume\tCost\n")
	for _, f := range flows {
		b.WriteString(strconv.Itoa(f.From) + "\t" + strconv.Itoa(f.To) + "\t" + number(f.Volume) + "\t" + number(f.Cost) + "\n")
	}
	return b.Flush()
}

// eachRow reads rows of numbers with a fixed number of fields. Before the first
// row, metadata, "~" lines and lines that begin with one of names are headers.
func eachRow(file string, data []byte, columns int, names []string, l *diag.List, row func(line, []field)) {
	begun := false
	var buf []field
	eachLine(file, string(data), func(ln line) {
		buf = ln.fields(";~", buf[:0])
		for len(buf) > 0 && buf[len(buf)-1].text == ";" {
			buf = buf[:len(buf)-1]
		}
		if len(buf) == 0 || buf[0].text == "~" {
			return
		}
		if !begun && (strings.HasPrefix(buf[0].text, "<") || slices.Contains(names, strings.ToLower(buf[0].text))) {
			return
		}
		begun = true
		if len(buf) != columns {
			l.Report(ruleColumns, ln.pos, "", "the row has %d fields", len(buf)).Expected = strconv.Itoa(columns)
			return
		}
		row(ln, buf)
	})
}
