package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
)

// tripsKind is what a file of trips is, told from its first bytes.
type tripsKind int

const (
	tripsCSV tripsKind = iota
	tripsTNTP
	tripsOMX
)

// kindOfTrips looks at the beginning of a file.
func kindOfTrips(head []byte) tripsKind {
	if bytes.HasPrefix(head, []byte("\x89HDF")) {
		return tripsOMX
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(head, []byte("<")) || bytes.HasPrefix(head, []byte("~")) {
		return tripsTNTP
	}
	return tripsCSV
}

// headOf reads the first bytes of a file that is to be read again; a pipe has none.
func headOf(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf("no file %s", path)}
	}
	if err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 256)
	n, _ := f.ReadAt(head, 0)
	return head[:n], nil
}

// readTrips reads the file of trips, whatever its format, as demand between zones
// of the network. What is wrong is reported to l.
func (f *assignFlags) readTrips(zones []string, l *diag.List) ([]interchange.MatrixCell, error) {
	head, err := headOf(f.trips)
	if err != nil {
		return nil, err
	}
	var cells []interchange.MatrixCell
	add := func(from, to int, amount float64) {
		cells = append(cells, interchange.MatrixCell{From: zones[from], To: zones[to], Value: amount, Pos: diag.Pos{File: f.trips}})
	}
	if kindOfTrips(head) == tripsOMX {
		err := f.eachOMX(zones, l, add)
		return cells, err
	}
	data, err := readInput(f.trips)
	if err != nil {
		return nil, err
	}
	kind := kindOfTrips(data)
	if kind == tripsOMX { // from a pipe
		if o := interchange.ReadOMX(f.trips, bytes.NewReader(data), int64(len(data)), l); o != nil {
			o.FlagPrefix = f.tripsFlag
			o.EachTrip(f.matrix, f.lookup, zones, l, add)
		}
		return cells, nil
	}
	if f.lookup != "" {
		return nil, usageError{fmt.Errorf("%slookup is for OMX files; %s is none", cmp.Or(f.tripsFlag, "--"), f.trips)}
	}
	if kind == tripsCSV {
		return interchange.ReadTrips(f.trips, data, f.matrix, zones, l), nil
	}
	if f.matrix != "" {
		return nil, usageError{fmt.Errorf("%smatrix is for OMX files and tables; %s is a TNTP file", cmp.Or(f.tripsFlag, "--"), f.trips)}
	}
	return tntpCells(f.trips, data, zones, l)
}

// eachOMX reads the trips of an OMX file.
func (f *assignFlags) eachOMX(zones []string, l *diag.List, each func(from, to int, amount float64)) error {
	file, err := os.Open(f.trips)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if o := interchange.ReadOMX(f.trips, file, info.Size(), l); o != nil {
		o.FlagPrefix = f.tripsFlag
		o.EachTrip(f.matrix, f.lookup, zones, l, each)
	}
	return nil
}

// tntpTrips is readTrips for a TNTP network. TNTP and OMX files are taken as they
// are: with millions of pairs, names for zones would cost more than the solve.
func (f *assignFlags) tntpTrips(zones []string, l *diag.List) (*interchange.TNTPTrips, error) {
	head, err := headOf(f.trips)
	if err != nil {
		return nil, err
	}
	if kindOfTrips(head) == tripsTNTP && f.matrix == "" && f.lookup == "" {
		data, err := readInput(f.trips)
		if err != nil {
			return nil, err
		}
		return interchange.ReadTNTPTrips(f.trips, data, l), nil
	}
	t := &interchange.TNTPTrips{Zones: len(zones)}
	if kindOfTrips(head) == tripsOMX {
		err := f.eachOMX(zones, l, func(from, to int, amount float64) {
			t.Pairs = append(t.Pairs, interchange.ODPair{From: from + 1, To: to + 1, Amount: amount})
		})
		return t, err
	}
	cells, err := f.readTrips(zones, l)
	if err != nil {
		return nil, err
	}
	number := make(map[string]int, len(zones))
	for i, z := range zones {
		number[z] = i + 1
	}
	for _, c := range cells {
		t.Pairs = append(t.Pairs, interchange.ODPair{From: number[c.From], To: number[c.To], Amount: c.Value, Pos: c.Pos})
	}
	return t, nil
}

// tntpCells reads a TNTP trips file; its zones are called by their number.
func tntpCells(file string, data []byte, zones []string, l *diag.List) ([]interchange.MatrixCell, error) {
	t := interchange.ReadTNTPTrips(file, data, l)
	known := map[string]bool{}
	for _, z := range zones {
		known[z] = true
	}
	cells := make([]interchange.MatrixCell, 0, len(t.Pairs))
	for _, p := range t.Pairs {
		c := interchange.MatrixCell{From: strconv.Itoa(p.From), To: strconv.Itoa(p.To), Value: p.Amount, Pos: p.Pos}
		for _, z := range []string{c.From, c.To} {
			if !known[z] {
				return nil, usageError{fmt.Errorf("%s: trips of zone %s, but the network has none of that name", p.Pos, z)}
			}
		}
		cells = append(cells, c)
	}
	return cells, nil
}

// reportUnreachable prints pairs without a way at the rows that ask for them, and
// fails unless the user lets them go.
func (f *assignFlags) reportUnreachable(cmd *cobra.Command, n *assignNet, all []assign.Unreachable) error {
	if len(all) == 0 || f.allowUnreachable {
		return nil
	}
	rows, left := shown(all, topRows)
	pairs := make([]interchange.Unreached, len(rows))
	at := map[[3]string]int{}
	for i, u := range rows {
		pairs[i] = interchange.Unreached{Unreachable: u, From: n.zones[u.From], To: n.zones[u.To], Pos: diag.Pos{File: f.tripsFile()}}
		at[[3]string{u.Class, pairs[i].From, pairs[i].To}] = i
	}
	classes, err := n.again()
	if err != nil {
		return err
	}
	for _, class := range classes {
		for _, c := range class.cells {
			if i, ok := at[[3]string{class.name, c.From, c.To}]; ok {
				pairs[i].Pos = c.Pos
			}
		}
	}
	var l diag.List
	interchange.ReportUnreachable(n.problem, pairs, &l)
	printDiagnostics(cmd.ErrOrStderr(), &l, disk{})
	if left > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "… and %d pairs more without a way; --format json lists all\n", left)
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "results are of the other pairs; --allow-unreachable takes that as it is")
	return errInput
}

func (f *assignFlags) tripsFile() string {
	if f.trips != "" {
		return f.trips
	}
	return f.net
}

// keepsWays says whether a method keeps the ways that a link is selected from.
func keepsWays(m assign.Method) bool {
	return slices.Contains([]assign.Method{assign.AllOrNothing, assign.Equilibrium, assign.Optimum}, m)
}

// isOMX says whether a file to be written is an OMX file by its name.
func isOMX(path string) bool { return strings.HasSuffix(strings.ToLower(path), ".omx") }
