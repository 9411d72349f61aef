package answer

import "context"

// ArmWeights is the weight of every row of the tables under one view, with one act in
// a state and the others held where the case starts. They are those that the answer
// is read with: the mean of a column with them is the answer's expectation.
type ArmWeights struct {
	View  View
	Act   string
	State string
	Rows  [][]float64 // by table, by row
}

// ReadArms gives the weights of every view in every arm of the acts that questions
// compare, the headline first. Of the input it reads the case, the tables and the
// weighting.
func ReadArms(ctx context.Context, in Input, workers int) ([]ArmWeights, error) {
	k := &computer{in: in, opt: Options{Workers: workers}, c: in.Case, tables: in.Tables, reference: in.Weighting}
	worlds := in.Tables[0].Worlds
	var err error
	if k.reference == nil {
		if k.reference, err = NewCaseReference(k.c, worlds); err != nil {
			return nil, err
		}
	}
	if k.opinions, err = newOpinions(ctx, k.c, worlds, k.tables, k.reference, k.comparedActs(), false, workers); err != nil {
		return nil, err
	}
	if k.lenses, err = k.opinions.lenses(k.reference); err != nil {
		return nil, err
	}
	k.letGo()
	byView := make([][]ArmWeights, len(k.lenses))
	for _, v := range k.comparedActs() {
		rs, _, err := k.beginAct(v)
		if err != nil {
			return nil, err
		}
		for i, r := range rs {
			for st, x := range r.readings {
				byView[i] = append(byView[i], ArmWeights{k.lenses[i].View(), r.act.ID, k.c.Variables[v].States[st], x.weights})
			}
		}
	}
	var out []ArmWeights
	for _, list := range byView {
		out = append(out, list...)
	}
	return out, nil
}

// Restore gives an answer that was recalled the weights of [Answer.RowWeights], which
// are not kept with it. The arms are those of [ReadArms] over the tables of the same
// case, that of freight first.
func (a *Answer) Restore(arms []ArmWeights) {
	a.rows = map[[2]string][]float64{}
	for _, x := range arms {
		if x.View.ID == a.Headline {
			a.rows[[2]string{x.Act, x.State}] = x.Rows[0]
		}
	}
}
