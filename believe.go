package astara

import (
	"context"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
)

// Believe says what the claims of a case imply for its worlds; Worlds and Tables of
// in are filled in. Claims about outcomes count with outcomes only, which solves
// the table of worlds, or takes it from the cache.
func Believe(ctx context.Context, in answer.BelieveInput, outcomes bool, o Options) (*answer.Beliefs, error) {
	in.Workers = o.Workers
	if !outcomes {
		var err error
		if in.Worlds, err = enumerate(in.Case); err != nil {
			return nil, err
		}
		return answer.Believe(ctx, in)
	}
	var l diag.List
	m, err := Prepare(ctx, in.Case, &l, o)
	if l.Failed() {
		return nil, &world.ResolveError{List: &l}
	}
	if err != nil {
		return nil, err
	}
	s, err := m.Solve(ctx, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	in.Worlds, in.Tables = s.Table.Worlds, s.Tables()
	return answer.Believe(ctx, in)
}

// enumerate lists the possible worlds of a case.
func enumerate(c *casefile.Case) (*formula.Worlds, error) {
	var impossible []*formula.Prop
	for _, i := range c.Impossible {
		impossible = append(impossible, i.Prop)
	}
	return c.Space.Enumerate(impossible, casefile.MaxWorlds)
}
