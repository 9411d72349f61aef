package interchange

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/table"
)

// GMNS is a network of the General Modeling Network Specification as its tables
// say it, in the units that config.csv declares. Read it with [ReadGMNS], which
// also compares units with coordinates.
type GMNS struct {
	Dir    string
	Config GMNSConfig
	Nodes  []GMNSNode
	Links  []GMNSLink
	Zones  []GMNSZone
	Demand []GMNSDemand
	// Movements are the turns that movement.csv allows.
	Movements []GMNSMovement

	nodesRead bool            // node.csv could be read, so links can be held against it
	dropped   map[string]bool // ids of links left out because a report says what is wrong with them
	uses      useSet
	asked     []string // uses whose links are wanted; none: all
}

// GMNSConfig is the row of config.csv.
type GMNSConfig struct {
	Dataset, ShortLength, LongLength, Speed, CRS, Currency, Version string
	Pos                                                             diag.Pos // of the row
	lengthPos, speedPos                                             diag.Pos
}

// GMNSNode is a row of node.csv.
type GMNSNode struct {
	ID, Name, Type, Zone string
	X, Y                 float64
	Pos                  diag.Pos
}

// GMNSLink is a row of link.csv. Figures that the table leaves empty are NaN.
type GMNSLink struct {
	ID, Name, From, To                       string
	Directed                                 bool // false: usable both ways
	Length, FreeSpeed, Capacity, Lanes, Toll float64
	FacilityType, AllowedUses                string
	Alpha, Beta                              float64 // delay function of the link alone
	Pos                                      diag.Pos

	wrong bool // a figure of it was reported
}

// GMNSZone is a row of zone.csv.
type GMNSZone struct {
	ID, Name string
	Pos      diag.Pos
}

// GMNSDemand is a row of demand.csv. The specification has no demand table;
// columns are recognised by the names in use (see docs/formats/gmns.md).
type GMNSDemand struct {
	From, To string
	Amount   float64
	Pos      diag.Pos
}

// GMNSOptions override what a folder declares, for folders that declare it wrong.
type GMNSOptions struct {
	LongLength, Speed string // unit names; empty: as declared
	NoDemand          bool   // leave demand.csv unread: demand comes from elsewhere
	NoMovements       bool   // leave movement.csv unread: all turns are free, or come from elsewhere
	// Uses are those whose trips there are: links that none of them may take are
	// left out of problems. None: all links.
	Uses []string
}

// demandColumns are the names in use for origin, destination and amount.
var demandColumns = [3][]string{
	{"o_zone_id", "orig_taz", "origin_zone_id", "from_zone_id", "origin", "o"},
	{"d_zone_id", "dest_taz", "destination_zone_id", "to_zone_id", "destination", "d"},
	{"volume", "total", "trips", "demand", "amount", "value"},
}

// ReadGMNS reads config, node, link, movement, zone and demand of a folder of fsys;
// node and link must be there. It then checks references and units. Positions carry
// the path of the file below dir as given to fs.
func ReadGMNS(fsys fs.FS, dir string, opt GMNSOptions, l *diag.List) *GMNS {
	g := &GMNS{Dir: dir}
	r := gmnsReader{fsys: fsys, dir: dir, l: l}
	if f := r.table("config.csv", false, nil); f != nil {
		g.readConfig(f, l)
	}
	if opt.LongLength != "" {
		g.Config.LongLength = opt.LongLength
	}
	if opt.Speed != "" {
		g.Config.Speed = opt.Speed
	}
	if f := r.table("node.csv", true, []string{"node_id", "x_coord", "y_coord"}); f != nil {
		g.nodesRead = true
		g.readNodes(f, l)
	}
	if f := r.table("link.csv", true, []string{"link_id", "from_node_id", "to_node_id"}); f != nil {
		g.readLinks(f, l)
		g.checkUses(&r, opt.Uses, l)
		if !opt.NoMovements {
			if f := r.table("movement.csv", false, []string{"mvmt_id", "node_id", "ib_link_id", "ob_link_id"}); f != nil {
				g.readMovements(f, l)
			}
		}
	}
	if f := r.table("zone.csv", false, []string{"zone_id"}); f != nil {
		seen := map[string]diag.Pos{}
		for _, row := range f.Rows {
			id := row.Get("zone_id")
			if !unique(id, seen, "zone", l) {
				continue
			}
			g.Zones = append(g.Zones, GMNSZone{ID: id.Text, Name: get(f, row, "name").Text, Pos: row.Pos})
		}
	}
	if !opt.NoDemand {
		if f := r.table("demand.csv", false, nil); f != nil {
			g.readDemand(f, l)
		}
	}
	g.checkUnits(l)
	return g
}

type gmnsReader struct {
	fsys fs.FS
	dir  string
	l    *diag.List
}

// table reads one table; nil when it is absent or a needed column is.
func (r *gmnsReader) table(name string, needed bool, columns []string) *table.File {
	file := path.Join(r.dir, name)
	data, err := fs.ReadFile(r.fsys, file)
	if err != nil {
		if needed || !errors.Is(err, fs.ErrNotExist) {
			r.l.Report(ruleGMNSMissing, diag.Pos{File: file}, "", "the table cannot be read: %v", rootCause(err))
		}
		return nil
	}
	f := table.Read(file, data, r.l)
	whole := true
	for _, c := range columns {
		if f.Column(c) < 0 {
			var names []string
			for _, h := range f.Header {
				names = append(names, h.Text)
			}
			d := r.l.Report(ruleGMNSMissing, diag.Pos{File: file, Line: 1}, "", "the column %s is missing", c)
			if n := diag.Nearest(c, names); n != "" {
				d.Hint = fmt.Sprintf("is it the column %q?", n)
			}
			whole = false
		}
	}
	if !whole {
		return nil
	}
	return f
}

func rootCause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// get is a cell of a column that may be absent.
func get(f *table.File, row table.Row, column string) table.Cell {
	if f.Column(column) < 0 {
		return table.Cell{Pos: row.Pos}
	}
	return row.Get(column)
}

// figure reads an optional number of at least 0; NaN when empty or wrong.
func figure(f *table.File, row table.Row, column string, l *diag.List) float64 {
	c := get(f, row, column)
	x, ok := c.Float(l)
	if !ok {
		return math.NaN()
	}
	if x < 0 {
		l.Report(ruleGMNSValue, c.Pos, c.Text, "%s is %v", column, x).Expected = "0 or more"
		return math.NaN()
	}
	return x
}

func unique(c table.Cell, seen map[string]diag.Pos, what string, l *diag.List) bool {
	if c.Text == "" {
		l.Report(ruleGMNSValue, c.Pos, "", "the %s has no id", what)
		return false
	}
	if at, twice := seen[c.Text]; twice {
		l.Report(ruleGMNSID, c.Pos, c.Text, "%s %q is given twice", what, c.Text).Also = []diag.Pos{at}
		return false
	}
	seen[c.Text] = c.Pos
	return true
}

func (g *GMNS) readConfig(f *table.File, l *diag.List) {
	if len(f.Rows) == 0 {
		return
	}
	row := f.Rows[0]
	if len(f.Rows) > 1 {
		l.Report(ruleGMNSValue, f.Rows[1].Pos, "", "config.csv has %d rows", len(f.Rows)).Expected = "one"
	}
	g.Config = GMNSConfig{
		Dataset: get(f, row, "dataset_name").Text, ShortLength: get(f, row, "short_length").Text,
		LongLength: get(f, row, "long_length").Text, Speed: get(f, row, "speed").Text, CRS: get(f, row, "crs").Text,
		Currency: get(f, row, "currency").Text, Version: get(f, row, "version_number").Text, Pos: row.Pos,
		lengthPos: get(f, row, "long_length").Pos, speedPos: get(f, row, "speed").Pos,
	}
}

func (g *GMNS) readNodes(f *table.File, l *diag.List) {
	seen := map[string]diag.Pos{}
	for _, row := range f.Rows {
		id := row.Get("node_id")
		if !unique(id, seen, "node", l) {
			continue
		}
		n := GMNSNode{ID: id.Text, Name: get(f, row, "name").Text, Type: get(f, row, "node_type").Text, Zone: get(f, row, "zone_id").Text, Pos: row.Pos}
		var okX, okY bool
		n.X, okX = row.Get("x_coord").Float(l)
		n.Y, okY = row.Get("y_coord").Float(l)
		if !okX || !okY {
			for _, c := range []string{"x_coord", "y_coord"} {
				if cell := row.Get(c); cell.Text == "" {
					l.Report(ruleGMNSValue, cell.Pos, "", "%s of node %q is empty", c, n.ID)
				}
			}
			n.X, n.Y = math.NaN(), math.NaN()
		}
		g.Nodes = append(g.Nodes, n)
	}
}

func (g *GMNS) readLinks(f *table.File, l *diag.List) {
	nodes := map[string]bool{}
	var ids []string
	for _, n := range g.Nodes {
		nodes[n.ID] = true
		ids = append(ids, n.ID)
	}
	seen := map[string]diag.Pos{}
	g.dropped = map[string]bool{}
	var noDirection []diag.Pos
	alpha, beta := columnNamed(f, delayColumns[0]), columnNamed(f, delayColumns[1])
	notReadDelays(f, alpha, beta, l)
	for _, row := range f.Rows {
		id := row.Get("link_id")
		if !unique(id, seen, "link", l) {
			continue
		}
		k := GMNSLink{ID: id.Text, Name: get(f, row, "name").Text, From: row.Get("from_node_id").Text, To: row.Get("to_node_id").Text,
			FacilityType: get(f, row, "facility_type").Text, AllowedUses: get(f, row, "allowed_uses").Text, Pos: row.Pos}
		good := true
		for _, c := range []string{"from_node_id", "to_node_id"} {
			if cell := row.Get(c); g.nodesRead && !nodes[cell.Text] {
				d := l.Report(ruleGMNSRef, cell.Pos, cell.Text, "link %q: there is no node %q", k.ID, cell.Text)
				d.Expected = "a node_id of node.csv"
				if len(ids) <= nearestLimit {
					if n := diag.Nearest(cell.Text, ids); n != "" {
						d.Hint = fmt.Sprintf("did you mean %q?", n)
					}
				}
				good = false
			}
		}
		switch c := get(f, row, "directed"); strings.ToLower(c.Text) {
		case "1", "true":
			k.Directed = true
		case "0", "false":
		case "":
			k.Directed = true
			noDirection = append(noDirection, c.Pos)
		default:
			l.Report(ruleGMNSValue, c.Pos, c.Text, "directed is %q", c.Text).Expected = "1, 0, true or false"
			good = false
		}
		before := l.Len()
		k.Length = figure(f, row, "length", l)
		k.FreeSpeed = figure(f, row, "free_speed", l)
		k.Capacity = figure(f, row, "capacity", l)
		k.Lanes = figure(f, row, "lanes", l)
		k.Toll = figure(f, row, "toll", l)
		k.delay(f, row, alpha, beta, l)
		k.wrong = l.Len() > before
		if good && g.nodesRead {
			g.Links = append(g.Links, k)
		} else {
			g.dropped[k.ID] = true
		}
	}
	if len(noDirection) > 0 {
		l.Report(ruleGMNSNoDirection, noDirection[0], "", "directed is empty in %d rows, this is the first; they are taken as one way", len(noDirection)).Expected = "1 or 0"
	}
}

// noZone is the zone_id that tables in use write for nodes without a zone.
const noZone = "0"

// nearestLimit is the number of ids up to which a near one is looked for.
const nearestLimit = 20000

// ZoneIDs lists the zones: those of zone.csv, then those that only nodes name.
func (g *GMNS) ZoneIDs() []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, z := range g.Zones {
		add(z.ID)
	}
	for _, n := range g.Nodes {
		if n.Zone != noZone {
			add(n.Zone)
		}
	}
	return ids
}

func (g *GMNS) readDemand(f *table.File, l *diag.List) {
	var at [3]string
	for i, names := range demandColumns {
		for _, n := range names {
			if f.Column(n) >= 0 {
				at[i] = n
				break
			}
		}
		if at[i] == "" {
			l.Report(ruleGMNSMissing, diag.Pos{File: f.Path, Line: 1}, "", "no column holds the %s", []string{"origin", "destination", "amount"}[i]).Expected = "one of " + strings.Join(names, ", ")
		}
	}
	if slices.Contains(at[:], "") {
		return
	}
	zones := map[string]bool{}
	for _, z := range g.ZoneIDs() {
		zones[z] = true
	}
	for _, n := range g.Nodes { // demand may go by the ids of nodes
		zones[n.ID] = true
	}
	first := map[[2]string]diag.Pos{}
	unknown, order := map[string]int{}, []table.Cell{} // cells by id, the first of each
	for _, row := range f.Rows {
		o, d, c := row.Get(at[0]), row.Get(at[1]), row.Get(at[2])
		x, ok := c.Float(l)
		if !ok {
			if c.Text == "" {
				l.Report(ruleTrips, c.Pos, "", "the amount is empty")
			}
			continue
		}
		if x < 0 {
			l.Report(ruleTrips, c.Pos, c.Text, "the amount is %v", x).Expected = "0 or more"
			continue
		}
		known := true
		for _, z := range []table.Cell{o, d} {
			if !zones[z.Text] {
				if unknown[z.Text] == 0 {
					order = append(order, z)
				}
				unknown[z.Text]++
				known = false
			}
		}
		if !known {
			continue
		}
		pair := [2]string{o.Text, d.Text}
		if p, twice := first[pair]; twice {
			l.Report(rulePairTwice, o.Pos, o.Text, "demand from %q to %q is given twice", o.Text, d.Text).Also = []diag.Pos{p}
			continue
		}
		first[pair] = o.Pos
		g.Demand = append(g.Demand, GMNSDemand{From: o.Text, To: d.Text, Amount: x, Pos: row.Pos})
	}
	for _, z := range order {
		if !g.nodesRead {
			break
		}
		more := ""
		if n := unknown[z.Text]; n > 1 {
			more = fmt.Sprintf("; %d cells name it, this is the first", n)
		}
		l.Report(ruleGMNSRef, z.Pos, z.Text, "there is no zone %q%s", z.Text, more).Expected = "a zone_id of zone.csv or node.csv, or a node_id"
	}
}
