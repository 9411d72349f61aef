package answer

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
)

const (
	// groupDraws is the number of draws in which only one group of figures varies.
	groupDraws = 16
	// topFigures is the number of figures listed for an outcome.
	topFigures = 10
	// noiseLevel is the chance that the largest rank correlation of figures that
	// do not matter passes [FigureRanks].Noise.
	noiseLevel = 0.05
)

// armKeys are the key worlds of one arm.
type armKeys struct {
	act   *actReading
	state int
	keys  []keyRow
}

// spread splits the spread of the outcomes that questions ask for, engine by
// engine: each has its own figures and its own key worlds.
func (k *computer) spread(ctx context.Context) (*Spread, error) {
	s := &Spread{Method: "latin hypercube", Draws: k.opt.Draws, GroupDraws: groupDraws, Seed: k.opt.Seed}
	for _, act := range k.acts {
		s.Acts = append(s.Acts, SpreadAct{Act: act.act.ID})
	}
	for _, p := range k.engines {
		figures, outcomes := p.engine.Figures(), p.outcomes(k.asked())
		if p.table != k.freight && (len(figures) == 0 || len(outcomes) == 0) {
			continue
		}
		if err := k.spreadPart(ctx, s, p, figures, outcomes); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (k *computer) spreadPart(ctx context.Context, s *Spread, p *part, figures []world.Ranged, outcomes []string) error {
	s.Figures += len(figures)
	letterC := map[string]bool{}
	for _, f := range figures {
		if f.Letter == units.Estimate {
			letterC[f.Name] = true
			s.FiguresC++
		}
	}
	var arms []armKeys
	main := &drawSet{name: "all", cube: newHypercube(figures, k.opt.Draws, k.opt.Seed)}
	for _, act := range k.acts {
		n := max(k.opt.Keys/len(act.act.Arms), 1)
		for st := range act.act.Arms {
			keys := k.keyRows(act.readings[st], p.at, act.act.Arms[st].Drivers, outcomes, n)
			arms = append(arms, armKeys{act, st, keys})
			for _, q := range keys {
				if !slices.Contains(main.rows, q.row) {
					main.rows = append(main.rows, q.row)
				}
			}
		}
	}
	// Groups vary on the heaviest key world of the first act's last arm: each
	// draw has a base year of its own to run, so groups are dear.
	var heavy []int
	for _, a := range arms {
		if a.act == k.acts[0] && a.state == len(a.act.act.Arms)-1 {
			heavy = []int{a.keys[0].row}
		}
	}
	sets := []*drawSet{main, {name: "letter c", cube: main.cube, vary: letterC, rows: heavy}}
	groups := groupsOf(figures)
	small := newHypercube(figures, groupDraws, k.opt.Seed)
	for _, g := range groups {
		sets = append(sets, &drawSet{name: "group " + g.Table + " " + g.Letter, cube: small, vary: g.names, rows: heavy})
	}
	if err := k.solveDraws(ctx, p, sets); err != nil {
		return err
	}
	for i, act := range k.acts {
		k.spreadAct(&s.Acts[i], p, act, arms, main, outcomes)
	}
	for _, id := range outcomes {
		c := p.table.Column(id)
		s.Ranks = append(s.Ranks, k.ranks(id, c, figures, main, arms))
		s.Groups = append(s.Groups, groupShares(id, c, groups, sets, heavy))
	}
	return nil
}

// asked lists the outcomes that questions ask for; all when none asks.
func (k *computer) asked() []string {
	var out []string
	for _, q := range k.c.Questions {
		for _, id := range q.Outcomes {
			if _, ok := k.tables.find(id); ok && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	if len(out) == 0 {
		for _, o := range k.c.Outcomes {
			out = append(out, o.ID)
		}
	}
	return out
}

func (k *computer) spreadAct(out *SpreadAct, p *part, act *actReading, arms []armKeys, main *drawSet, outcomes []string) {
	engine := ""
	if p.table != k.freight {
		engine = p.engine.Name()
	}
	byState := make([]armKeys, len(act.act.Arms))
	for _, a := range arms {
		if a.act != act {
			continue
		}
		byState[a.state] = a
		for _, q := range a.keys {
			out.Keys = append(out.Keys, KeyWorld{engine, act.act.Arms[a.state].State, k.c.Space.Format(q.world), q.row, q.weight, q.stands})
		}
	}
	base := act.without(k)
	for st, a := range byState {
		for _, id := range outcomes {
			out.Outcomes = append(out.Outcomes, p.split(act, a, main, id))
		}
		if st == base {
			continue
		}
		for _, id := range outcomes {
			out.Effects = append(out.Effects, p.effectOverDraws(act, a, byState[base], main, id))
		}
	}
}

// TwoWay splits the variance of y[i][d], with weights w[i] summing to 1 over i
// and equal weights over d: total = rows + draws + interaction.
func TwoWay(y [][]float64, w []float64) (total, rows, draws, interaction float64) {
	n := len(y[0])
	ref := y[0][0]
	rowMean, drawMean, grand := make([]float64, len(y)), make([]float64, n), 0.0
	for i := range y {
		for d := range n {
			v := y[i][d] - ref
			rowMean[i] += v / float64(n)
			drawMean[d] += w[i] * v
			grand += w[i] * v / float64(n)
		}
	}
	for i := range y {
		rows += w[i] * (rowMean[i] - grand) * (rowMean[i] - grand)
		for d := range n {
			v := y[i][d] - ref
			total += w[i] / float64(n) * (v - grand) * (v - grand)
			rest := v - rowMean[i] - drawMean[d] + grand
			interaction += w[i] / float64(n) * rest * rest
		}
	}
	for d := range n {
		draws += (drawMean[d] - grand) * (drawMean[d] - grand) / float64(n)
	}
	return total, rows, draws, interaction
}

// matrix collects one column of an arm's key worlds in all draws.
func (a armKeys) matrix(main *drawSet, column int) (y [][]float64, w []float64, ok bool) {
	total := 0.0
	for _, q := range a.keys {
		total += q.stands
	}
	ok = true
	for _, q := range a.keys {
		row := make([]float64, main.cube.draws)
		for d := range row {
			row[d] = main.value[slices.Index(main.rows, q.row)][d][column]
			ok = ok && !math.IsNaN(row[d])
		}
		y, w = append(y, row), append(w, q.stands/total)
	}
	return y, w, ok && len(y) > 0
}

// armDraws is the weighted mean over an arm's key worlds in each draw.
func armDraws(y [][]float64, w []float64) []float64 {
	out := make([]float64, len(y[0]))
	for d := range out {
		for i := range y {
			out[d] += w[i] * y[i][d]
		}
	}
	return out
}

func (p *part) split(act *actReading, a armKeys, main *drawSet, id string) SpreadOutcome {
	column := p.table.Column(id)
	out := SpreadOutcome{State: act.act.Arms[a.state].State, Outcome: id}
	y, w, ok := a.matrix(main, column)
	if !ok {
		return out
	}
	total, rows, draws, both := TwoWay(y, w)
	out.Total = some(total)
	out.Politics, out.Numbers, out.Interaction = over(some(rows), some(total)), over(some(draws), some(total)), over(some(both), some(total))
	centre := make([]float64, len(y))
	for i, q := range a.keys {
		centre[i] = p.table.At(q.row, column)
	}
	m, _ := mean(centre, w)
	captured := 0.0
	for i := range centre {
		captured += w[i] * (centre[i] - m) * (centre[i] - m)
	}
	for _, why := range act.act.Arms[a.state].Drivers {
		if why.Outcome == id {
			out.Captured = over(some(captured), some(why.Variance))
		}
	}
	means := armDraws(y, w)
	equal := make([]Weighted, len(means))
	sum := 0.0
	for d, v := range means {
		equal[d] = Weighted{v, 1}
		sum += v
	}
	out.Mean = some(sum / float64(len(means)))
	out.Low, out.High = some(Quantile(equal, lowPoint)), some(Quantile(equal, highPoint))
	return out
}

func (p *part) effectOverDraws(act *actReading, with, without armKeys, main *drawSet, id string) SpreadEffect {
	column := p.table.Column(id)
	out := SpreadEffect{State: act.act.Arms[with.state].State, Outcome: id}
	y1, w1, ok1 := with.matrix(main, column)
	y0, w0, ok0 := without.matrix(main, column)
	if !ok1 || !ok0 {
		return out
	}
	at := func(a armKeys, w []float64) float64 {
		sum := 0.0
		for i, q := range a.keys {
			sum += w[i] * p.table.At(q.row, column)
		}
		return sum
	}
	centre := at(with, w1) - at(without, w0)
	if act.still[p.at] {
		centre = 0
	}
	out.Centre = some(centre)
	means1, means0 := armDraws(y1, w1), armDraws(y0, w0)
	diffs := make([]Weighted, len(means1))
	same := 0
	for d := range diffs {
		diff := means1[d] - means0[d]
		if act.still[p.at] {
			diff = 0
		}
		diffs[d] = Weighted{diff, 1}
		if diff == 0 && centre == 0 || diff*centre > 0 {
			same++
		}
	}
	out.SignHolds = some(float64(same) / float64(len(diffs)))
	out.Low, out.High = some(Quantile(diffs, lowPoint)), some(Quantile(diffs, highPoint))
	return out
}

// ranks correlates each figure's quantile with the outcome's mean over the key
// worlds of the first act.
func (k *computer) ranks(id string, column int, figures []world.Ranged, main *drawSet, arms []armKeys) FigureRanks {
	out := FigureRanks{Outcome: id, Noise: rankNoise(len(figures), main.cube.draws)}
	sum := make([]float64, main.cube.draws)
	for _, a := range arms {
		if a.act != k.acts[0] {
			continue
		}
		y, w, ok := a.matrix(main, column)
		if !ok {
			return out
		}
		for d, v := range armDraws(y, w) {
			sum[d] += v
		}
	}
	for _, f := range figures {
		out.Figures = append(out.Figures, FigureRank{f.Name, f.Table, letterOf(f.Letter), Spearman(main.cube.u[f.Name], sum)})
	}
	slices.SortStableFunc(out.Figures, func(a, b FigureRank) int { return cmp.Compare(math.Abs(b.Rank), math.Abs(a.Rank)) })
	out.Figures = slices.Clip(out.Figures[:min(topFigures, len(out.Figures))])
	return out
}

// rankNoise is the Bonferroni bound of Fisher's transformation for the largest
// of n rank correlations over d draws.
func rankNoise(n, d int) float64 {
	if n == 0 || d <= 3 {
		return 1
	}
	z := math.Sqrt2 * math.Erfinv(1-noiseLevel/float64(n))
	return math.Tanh(z / math.Sqrt(float64(d-3)))
}

// Spearman is the rank correlation of x and y; ties share their mean rank. It is
// 0 when one of them does not vary.
func Spearman(x, y []float64) float64 {
	rx, ry := rankOf(x), rankOf(y)
	mid := float64(len(x)-1) / 2
	sxy, sxx, syy := 0.0, 0.0, 0.0
	for i := range rx {
		a, b := rx[i]-mid, ry[i]-mid
		sxy, sxx, syy = sxy+a*b, sxx+a*a, syy+b*b
	}
	if sxx == 0 || syy == 0 {
		return 0
	}
	return sxy / math.Sqrt(sxx*syy)
}

func rankOf(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for lo := 0; lo < len(order); {
		hi := lo
		for hi < len(order) && x[order[hi]] == x[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			out[i] = float64(lo+hi-1) / 2
		}
		lo = hi
	}
	return out
}

type figureGroup struct {
	GroupShare
	names map[string]bool
}

// groupsOf groups figures by table and letter, in the order in which they come.
func groupsOf(figures []world.Ranged) []figureGroup {
	var out []figureGroup
	for _, f := range figures {
		i := slices.IndexFunc(out, func(g figureGroup) bool { return g.Table == f.Table && g.Letter == letterOf(f.Letter) })
		if i < 0 {
			i = len(out)
			out = append(out, figureGroup{GroupShare{Table: f.Table, Letter: letterOf(f.Letter)}, map[string]bool{}})
		}
		out[i].Figures++
		out[i].names[f.Name] = true
	}
	return out
}

// groupShares compares the variance over draws of one group with that over draws
// of all figures, on the same worlds.
func groupShares(id string, column int, groups []figureGroup, sets []*drawSet, rows []int) GroupShares {
	out := GroupShares{Outcome: id}
	of := func(s *drawSet) Number {
		sum := 0.0
		for _, row := range rows {
			draws := s.value[slices.Index(s.rows, row)]
			xs := make([]float64, len(draws))
			for d := range draws {
				xs[d] = draws[d][column]
			}
			sum += variance(xs)
		}
		return some(sum)
	}
	all := of(sets[0])
	out.LetterC = over(of(sets[1]), all)
	for i, g := range groups {
		share := g.GroupShare
		share.Share = over(of(sets[2+i]), all)
		out.Groups = append(out.Groups, share)
	}
	slices.SortStableFunc(out.Groups, func(a, b GroupShare) int { return cmp.Compare(b.Share.Or(-1), a.Share.Or(-1)) })
	return out
}

// variance of equally weighted values, unbiased; NaN when one is.
func variance(xs []float64) float64 {
	m, n := 0.0, float64(len(xs))
	for _, x := range xs {
		m += (x - xs[0]) / n
	}
	m += xs[0]
	s := 0.0
	for _, x := range xs {
		s += (x - m) * (x - m)
	}
	return s / (n - 1)
}
