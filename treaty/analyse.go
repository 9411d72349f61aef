package treaty

import (
	"slices"

	"github.com/astara-corridors/astara/internal/sat"
)

// Analyse judges the duties of all agreements against each other and against the
// facts. The result is a function of the input: it keeps the order of the
// agreements in Clauses and Duties, and sorts verdicts by kind and core.
//
// The outcome that no world fits the facts is the error [NoWorld]; a circle of
// ranks is [RankCircle]; other errors are faults of the input that a case reader
// would have refused.
func Analyse(in Input, opt Options) (*Report, error) {
	if err := in.check(&opt); err != nil {
		return nil, err
	}
	if opt.At.IsZero() {
		opt.At = opt.AsOf
	}
	opt.Limits = opt.Limits.orDefault()
	an := &analysis{in: &in, opt: opt, space: in.Space, report: &Report{
		Format: ReportFormat, AsOf: opt.AsOf, At: opt.At, Limits: opt.Limits, space: in.Space,
		Clauses: []ClauseState{}, Duties: []Duty{}, Verdicts: []Verdict{}, Consequences: []Consequence{},
	}}
	an.gather()
	if err := an.someWorld(); err != nil {
		return nil, err
	}
	var found []Verdict
	if !opt.ConflictsOnly {
		found = append(found, an.vacuous()...)
	}
	if err := an.ranking(); err != nil {
		return nil, err
	}
	found = append(found, an.yield()...)
	for _, b := range an.bearers() {
		found = append(found, an.conflicts(b)...)
	}
	if !opt.ConflictsOnly {
		found = append(found, an.opposed()...)
		found = append(found, an.redundant(found)...)
		an.report.Consequences = append(an.report.Consequences, an.consequences()...)
	}
	an.report.Verdicts = append(an.report.Verdicts, settle(found)...)
	an.report.Concessions = an.concede(an.report.Verdicts)
	for i := range an.duties {
		d := an.duties[i].Duty
		d.When, d.What = d.Binding.String(), d.Asked.String()
		an.report.Duties = append(an.report.Duties, d)
	}
	return an.report, nil
}

// someWorld refuses facts that no world fits, with a minimal set of them.
func (an *analysis) someWorld() error {
	e := newEncoder(sat.NewSolver(), an.space)
	g := sat.NewGroups(e.s)
	all := make([]int, len(an.facts))
	for i := range all {
		all[i] = g.Add([]sat.Lit{e.lit(an.facts[i].keep, nil)})
	}
	conflict, found := g.Check(all)
	if !conflict {
		return nil
	}
	out := &NoWorld{}
	for _, i := range sat.Shrink(g, found) {
		out.Facts = append(out.Facts, an.facts[i].ID)
	}
	slices.Sort(out.Facts)
	return out
}
