package energy

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/astara-corridors/astara/internal/ldl"
)

// PTDFOptions steer transfer factors.
type PTDFOptions struct {
	Susceptance Susceptance
	// Slack gives each bus id its share in taking up an injection; shares are scaled to
	// sum to 1 in each island, and an island without shares uses its reference. nil: the
	// references alone.
	Slack map[string]float64
}

// PTDFReport holds power transfer distribution factors: Factors[l][i] is the change of
// the flow of branch l, in MW, when 1 MW more is injected at bus i and taken out at the
// slack of i's island. Buses of another island have 0.
type PTDFReport struct {
	Format      int         `json:"format"`
	Kind        string      `json:"kind"` // "ptdf"
	Grid        string      `json:"grid"`
	Susceptance Susceptance `json:"susceptance"`
	Slack       string      `json:"slack"` // "references" or "shares"
	References  []string    `json:"references"`
	Buses       []string    `json:"buses"`
	Branches    []BranchEnd `json:"branches"`
	Factors     [][]float64 `json:"factors"`
	Run         Run         `json:"run"`
}

// BranchEnd names a branch.
type BranchEnd struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
}

// PTDF computes transfer factors: H = diag(b) K' B^-1 with the rows and columns of the
// references left out, where K is the incidence matrix and B = K diag(b) K'. With a
// distributed slack d, each row has its d-weighted mean taken off. One solve a branch;
// O(branches x (fill + buses)) time, O(branches x buses) memory. Errors as for [Flow].
func PTDF(g *Grid, opt PTDFOptions) (*PTDFReport, error) {
	begin := time.Now()
	var err error
	if opt.Susceptance, err = ParseSusceptance(string(opt.Susceptance)); err != nil {
		return nil, err
	}
	n, err := newNetwork(g, opt.Susceptance)
	if err != nil {
		return nil, err
	}
	if err := n.factorise(); err != nil {
		return nil, err
	}
	share, err := n.shares(opt.Slack)
	if err != nil {
		return nil, err
	}
	r := &PTDFReport{Format: Format, Kind: "ptdf", Grid: g.Name, Susceptance: opt.Susceptance, Slack: "references"}
	if opt.Slack != nil {
		r.Slack = "shares"
	}
	for _, x := range n.islands {
		r.References = append(r.References, g.Buses[x.reference].ID)
	}
	var index []int
	for i, live := range n.live {
		if live {
			index = append(index, i)
			r.Buses = append(r.Buses, g.Buses[i].ID)
		}
	}
	w := n.factor.NewWork()
	column := make([]float64, n.factor.N())
	for k := range n.b {
		x := n.report(k, 0)
		r.Branches = append(r.Branches, BranchEnd{x.ID, x.From, x.To})
		n.transfer(k, column, w)
		mean := 0.0
		if share != nil {
			for _, i := range index {
				if share[i] != 0 && n.island[i] == n.island[n.from[k]] && n.position[i] >= 0 {
					mean += float64(share[i] * column[n.position[i]])
				}
			}
		}
		row := make([]float64, len(index))
		for c, i := range index {
			if n.island[i] != n.island[n.from[k]] {
				continue
			}
			if p := n.position[i]; p >= 0 {
				row[c] = column[p]
			}
			row[c] -= mean
		}
		r.Factors = append(r.Factors, row)
	}
	r.Run.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// transfer sets out, over the reduced matrix, to b_k B^-1 (e_from - e_to): by symmetry
// the row of branch k of the transfer factors, and also the angles, times b_k, that 1 MW
// sent from one end of the branch to the other makes.
func (n *network) transfer(k int, out []float64, w *ldl.Work) {
	clear(out)
	if p := n.position[n.from[k]]; p >= 0 {
		out[p] = n.b[k]
	}
	if p := n.position[n.to[k]]; p >= 0 {
		out[p] = -n.b[k]
	}
	n.factor.SolveFast(out, out, w)
}

// shares scales slack shares to 1 in each island.
func (n *network) shares(slack map[string]float64) ([]float64, error) {
	if slack == nil {
		return nil, nil
	}
	share, sum, found := make([]float64, len(n.live)), make([]float64, len(n.islands)), 0
	for i, b := range n.g.Buses {
		s, ok := slack[b.ID]
		if !ok {
			continue
		}
		found++
		if !(s >= 0) || math.IsInf(s, 0) {
			return nil, fmt.Errorf("energy: the slack share of bus %s is %v, not a finite number of 0 or more", b.ID, s)
		}
		if n.live[i] {
			share[i] = s
			sum[n.island[i]] += s
		}
	}
	if found < len(slack) {
		return nil, fmt.Errorf("energy: %d slack shares name buses that the grid does not have", len(slack)-found)
	}
	for i := range share {
		if k := n.island[i]; k >= 0 && sum[k] > 0 {
			share[i] /= sum[k]
		}
	}
	return share, nil
}

// WriteCSV writes the factors with a row a branch: branch,from,to,<bus ids>.
func (r *PTDFReport) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(append([]string{"branch", "from", "to"}, r.Buses...)); err != nil {
		return err
	}
	for k, b := range r.Branches {
		rec := []string{b.ID, b.From, b.To}
		for _, x := range r.Factors[k] {
			rec = append(rec, strconv.FormatFloat(x, 'g', -1, 64))
		}
		if err := out.Write(rec); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// LODFReport holds line outage distribution factors: Factors[l][c] is the change of the
// flow of branch l per MW that branch c carried, when c is lost; -1 on the diagonal. The
// column of a bridge has no factors and is NaN (JSON: null, CSV: "bridge").
type LODFReport struct {
	Format      int         `json:"format"`
	Kind        string      `json:"kind"` // "lodf"
	Grid        string      `json:"grid"`
	Susceptance Susceptance `json:"susceptance"`
	Branches    []BranchEnd `json:"branches"`
	Bridge      []bool      `json:"bridge"` // one a branch
	Factors     [][]float64 `json:"factors"`
	Run         Run         `json:"run"`
}

// MarshalJSON writes the factors of bridges as null.
func (r *LODFReport) MarshalJSON() ([]byte, error) {
	type plain LODFReport // without this method
	factors := make([][]*float64, len(r.Factors))
	for l, row := range r.Factors {
		factors[l] = make([]*float64, len(row))
		for c := range row {
			if !r.Bridge[c] {
				factors[l][c] = &row[c]
			}
		}
	}
	return json.Marshal(struct {
		*plain
		Factors [][]*float64 `json:"factors"`
	}{(*plain)(r), factors})
}

// LODF computes outage factors: with M = H K, M_lc the flow of l for 1 MW sent over the
// ends of c, the factor is M_lc / (1 - M_cc) (Wood and Wollenberg, "Power Generation,
// Operation and Control", section 7). Bridges are found on the graph, not by
// M_cc = 1. Errors as for [Flow]. Memory: branches squared.
func LODF(g *Grid, s Susceptance) (*LODFReport, error) {
	begin := time.Now()
	s, err := ParseSusceptance(string(s))
	if err != nil {
		return nil, err
	}
	n, err := newNetwork(g, s)
	if err != nil {
		return nil, err
	}
	if err := n.factorise(); err != nil {
		return nil, err
	}
	bridge, _, _, _ := n.bridges()
	r := &LODFReport{Format: Format, Kind: "lodf", Grid: g.Name, Susceptance: s, Bridge: bridge}
	for k := range n.b {
		x := n.report(k, 0)
		r.Branches = append(r.Branches, BranchEnd{x.ID, x.From, x.To})
		r.Factors = append(r.Factors, make([]float64, len(n.b)))
	}
	w, angle, column := n.factor.NewWork(), make([]float64, n.factor.N()), make([]float64, len(n.b))
	for c := range n.b {
		if bridge[c] {
			for l := range n.b {
				r.Factors[l][c] = math.NaN()
			}
			continue
		}
		n.outage(c, angle, column, w)
		for l, x := range column {
			r.Factors[l][c] = x
		}
	}
	r.Run.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// outage sets column[l] to the outage factors of branch c, which must not be a bridge.
func (n *network) outage(c int, angle, column []float64, w *ldl.Work) {
	n.transfer(c, angle, w)
	at := func(bus int32) float64 {
		if p := n.position[bus]; p >= 0 {
			return angle[p]
		}
		return 0
	}
	// angle is b_c times the angles X of 1 MW sent from one end of c to the other, so
	// M_lc = b_l X_l and 1 - M_cc = 1 - (difference of angle over c).
	rest := 1 - (at(n.from[c]) - at(n.to[c]))
	scale := 1 / (n.b[c] * rest)
	for l := range column {
		column[l] = n.b[l] * (at(n.from[l]) - at(n.to[l])) * scale
	}
	column[c] = -1
}

// WriteCSV writes the factors with a row a monitored branch:
// monitored_branch,outage_<id>,...
func (r *LODFReport) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := []string{"monitored_branch"}
	for _, b := range r.Branches {
		head = append(head, "outage_"+b.ID)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for l, b := range r.Branches {
		rec := []string{b.ID}
		for c, x := range r.Factors[l] {
			if r.Bridge[c] {
				rec = append(rec, "bridge")
			} else {
				rec = append(rec, strconv.FormatFloat(x, 'g', -1, 64))
			}
		}
		if err := out.Write(rec); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
