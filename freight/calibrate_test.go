package freight

import (
	"errors"
	"math"
	"testing"

	"github.com/astara-corridors/astara/units"
)

// observed is a case whose base-year flows were made with other constants than
// the listed centre: several pairs with a road and a railway each.
func observed() *toy {
	s := newToy()
	s.constant(ConstElasticity, 0.5).constant(ConstChoke, 3)
	for i := range s.Constants {
		if s.Constants[i].Name == ConstDispersionRoute {
			s.Constants[i].Value = plain(20)
		}
	}
	s.Constants = append(s.Constants, Constant{Name: "mode.rail", Free: true, Value: units.Between(-0.5, 0, 0.5, units.Dimensionless)})
	names := []string{"a", "b", "c", "d", "e"}
	s.node("hub", "HH", 0, 0).zone("zhub", "HH", "HH", "hub")
	for i, n := range names {
		s.node(n, "HH", 1, float64(i)).zone("z"+n, n, "HH", n)
		s.link("road-"+n, "hub", n, "road", 20+float64(3*i))
		r := s.link("rail-"+n, "hub", n, "rail", 24+float64(i))
		r.Gauge = []int{1520}
		s.market("m-"+n, "HH", n, 100, "zhub", "z"+n)
		s.outcome(Outcome{ID: "rail-" + n, Measure: Tonnes, Query: PathQuery{Passes: []string{"rail-" + n}}})
	}
	return s
}

func TestCalibrateRecovers(t *testing.T) {
	s := observed()
	b := prepare(t, &s.Spec)
	truth, err := b.WithConstants(map[string]float64{"mode.rail": 0.2})
	if err != nil {
		t.Fatal(err)
	}
	var obs []Observation
	for i, o := range s.Outcomes {
		obs = append(obs, Observation{ID: o.ID, Outcome: o.ID, Value: truth.BaseYearRun().Outcomes[i]})
	}
	fit, err := Calibrate(t.Context(), b, obs[:4], FitOptions{Workers: 2, Holdout: obs[4:]})
	if err != nil {
		t.Fatal(err)
	}
	if fit.Independent != 4 || fit.Observations != 4 {
		t.Errorf("%d independent of %d", fit.Independent, fit.Observations)
	}
	// The pull toward the listed centre (0.4 half ranges) is weak against four
	// observations that agree.
	if k := fit.Constants[0]; math.Abs(k.After-0.2) > 0.02 || k.AtBound || k.Before != 0 {
		t.Errorf("%+v", k)
	}
	if fit.ObjectiveAfter >= fit.ObjectiveBefore || fit.MedianMiss > 0.05 || fit.MedianLeftOut > 0.06 || math.Abs(fit.Holdout[0].MissAfter) > 0.06 {
		t.Errorf("objective %g to %g, miss %g, left out %g, holdout %+v", fit.ObjectiveBefore, fit.ObjectiveAfter, fit.MedianMiss, fit.MedianLeftOut, fit.Holdout)
	}
	if fit.Rows[0].MissBefore > -0.2 {
		t.Errorf("before the fit rail was short by little only: %+v", fit.Rows[0])
	}
}

func TestCalibrateRefuses(t *testing.T) {
	s := observed()
	s.Constants[0].Free, s.Constants[0].Value = true, units.Between(10, 20, 30, units.Dimensionless)
	s.outcome(Outcome{ID: "again", Measure: Tonnes, Query: PathQuery{Passes: []string{"rail-a"}, Modes: []string{"rail"}}})
	b := prepare(t, &s.Spec)
	var obs []Observation
	for _, id := range []string{"rail-a", "again", "rail-b", "rail-c"} {
		obs = append(obs, Observation{ID: id, Outcome: id, Value: 30})
	}
	// "again" counts what rail-a counts: three independent observations, too few
	// for two constants.
	_, err := Calibrate(t.Context(), b, obs, FitOptions{})
	var few *TooManyFree
	if !errors.As(err, &few) || few.Independent != 3 || few.Free != 2 || few.Observations != 4 {
		t.Fatalf("%v", err)
	}
	for i := range obs {
		obs[i].Group = "one"
	}
	if _, err = Calibrate(t.Context(), b, obs, FitOptions{}); !errors.As(err, &few) || few.Independent != 1 {
		t.Errorf("one group: %v", err)
	}
	if _, err = Calibrate(t.Context(), b, []Observation{{ID: "x", Outcome: "y", Value: 1}}, FitOptions{}); err == nil {
		t.Error("unknown outcome")
	}
	if _, err = Calibrate(t.Context(), b, []Observation{{ID: "x", Outcome: "rail-a"}}, FitOptions{}); err == nil {
		t.Error("a figure of zero")
	}
}
