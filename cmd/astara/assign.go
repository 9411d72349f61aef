package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph/hierarchy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/atomicfile"
)

// assignFlags are what the user asks of an assignment.
type assignFlags struct {
	net, trips                 string
	method                     string
	gap, theta                 float64
	iterations, workers        int
	flows, skims               string
	selected                   []string
	tollFactor, distanceFactor float64
	firstOfPair                bool
	b, power                   float64
	length, speed              string
	use                        string // GMNS: whose trips they are
	matrix, lookup             string
	tripsFlag                  string // what stands before matrix and lookup in messages; empty is "--"
	allowUnreachable           bool
	turns                      turnFlags
	classFlags                 []string
	classes                    []classFlag // parsed
	limits                     string
	elastic                    elasticFlags
}

func assignCommand() *cobra.Command {
	var f assignFlags
	cmd := &cobra.Command{
		Use:   "assign --net NET [--trips TRIPS]",
		Short: "Load trips on a network: all-or-nothing, equilibrium, optimum, stochastic",
		Long: `Read a network and trips and assign them. NET is a TNTP network file or a GMNS
folder; TRIPS a TNTP trips file, an OMX file or a table of origin, destination and
volume (default, with GMNS: the folder's demand.csv). The text form has a convergence
row an iteration; csv is the table of link flows.

Methods: aon cheapest ways at no traffic, ue user equilibrium, so system optimum,
sue recursive logit in equilibrium, rl recursive logit at no traffic; bfw, fw and msa
are the classical ways to ue, for comparison. sue and rl need --theta.

Of an OMX file, --matrix names the matrix and --lookup the list of the zones of its
rows, where there are several; --lookup - takes rows in the order of the network's
zones. Of a table, --matrix names the column.

Turns: movement.csv of a GMNS folder is applied: a link that it lists goes on only to
the links it names, for the penalty in seconds. --turns names a table of from_link,
to_link, penalty (in the network's time, or ban) in its place, for any network;
--transfer FROM:TO=TIME is a penalty between links of two kinds (facility_type, or
link_type of TNTP); --ban-turning-back forbids turning back but at dead ends.

Several classes share the network: --class NAME,key=value,... each with trips of its
own (trips, matrix, lookup: what is left out is as --trips and so on say), the room a
unit takes (equivalent), what money and length are worth to it in time (toll-factor,
distance-factor), how it feels time (time-factor) and, with GMNS, whose trips they are
(use). --limits gives links a most that
they take; the report has the shadow price of each. --elastic lets trips fall with their
cost, from what they are at the costs of --reference.

--select-link takes the number of the row of a TNTP network from 1, or A-B for the
link from node A to node B; in GMNS the link_id. Not to reach --gap within
--iterations is a result, written in full, with exit code 3. Pairs without a way are
named with the reason, and the code is 2, after the results of the others have been
written; --allow-unreachable takes them as they are.`,
		Example: `  astara assign --net SiouxFalls_net.tntp --trips SiouxFalls_trips.tntp --gap 1e-6 --flows flows.csv
  astara assign --net town_gmns --b 0.15 --power 4 --skims skims.csv
  astara assign --net town_gmns --class car,trips=car.csv --class truck,trips=truck.csv,equivalent=2,toll-factor=0.1
  astara assign --net town_gmns --turns turns.csv --transfer rail:road=30
  astara assign --net town_gmns --trips demand.omx --matrix am_peak --lookup taz --skims skims.omx
  astara assign --net SiouxFalls_net.tntp --trips SiouxFalls_trips.tntp --select-link 10-16 --format json`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	fl := cmd.Flags()
	fl.StringVar(&f.net, "net", "", "network: a TNTP file or a GMNS folder")
	fl.StringVar(&f.trips, "trips", "", "trips: a TNTP or OMX file or a table (default, with GMNS: its demand.csv)")
	fl.StringVar(&f.matrix, "matrix", "", "matrix of an OMX file, or column of a table (default: the only one)")
	fl.StringVar(&f.lookup, "lookup", "", "OMX: lookup that names the zones of rows and columns; - for the network's order")
	fl.BoolVar(&f.allowUnreachable, "allow-unreachable", false, "pairs without a way are no error")
	fl.StringVar(&f.method, "method", string(assign.Equilibrium), "aon, ue, so, bfw, sue, rl, fw or msa")
	fl.Float64Var(&f.gap, "gap", assign.DefaultGap, "stop at this relative gap")
	fl.IntVar(&f.iterations, "iterations", assign.DefaultIterations, "most iterations")
	fl.Float64Var(&f.theta, "theta", 0, "dispersion per unit of cost, for sue and rl")
	fl.IntVar(&f.workers, "workers", 0, "goroutines (0: as many as processors); changes no result")
	fl.StringVar(&f.flows, "flows", "", "write the table of link flows to this file")
	fl.StringVar(&f.skims, "skims", "", "write cost, time, length and toll between zones to this file, as OMX when it ends in .omx")
	fl.StringArrayVar(&f.selected, "select-link", nil, "who uses this link; may be given again")
	fl.Float64Var(&f.tollFactor, "toll-factor", 0, "time for one unit of toll (default: the TNTP file's; GMNS, in minutes: 0)")
	fl.Float64Var(&f.distanceFactor, "distance-factor", 0, "time for one unit of length (default: the TNTP file's; GMNS, minutes for a kilometre: 0)")
	fl.BoolVar(&f.firstOfPair, "first-of-pair", false, "TNTP: keep only the first of links that join the same nodes")
	fl.Float64Var(&f.b, "b", 0, "GMNS: B of time = free (1 + B (v/capacity)^power); 0: times do not depend on volume")
	fl.Float64Var(&f.power, "power", 4, "GMNS: power of the same")
	fl.StringArrayVar(&f.classFlags, "class", nil, "a class of users: NAME,trips=FILE,matrix=M,lookup=L,equivalent=E,toll-factor=T,distance-factor=D,time-factor=F,use=U; may be given again")
	fl.StringVar(&f.limits, "limits", "", "table of link, limit: the most volume a link takes; for ue and so, with shadow prices")
	fl.StringVar(&f.elastic.demand, "elastic", "", "linear:SLOPE or exponential:SLOPE: trips fall as their cost rises above --reference; for ue and so")
	fl.StringVar(&f.elastic.reference, "reference", "", "costs between zones at which trips are as listed: a table or OMX file, as --skims writes it")
	fl.StringVar(&f.elastic.matrix, "reference-matrix", referenceMatrix, "column or matrix of that file")
	fl.StringVar(&f.elastic.lookup, "reference-lookup", "", "OMX: lookup that names the zones of that file; - for the network's order")
	fl.StringVar(&f.turns.file, "turns", "", "table of from_link, to_link, penalty, toll; with GMNS in place of its movement.csv; none for no turns")
	fl.StringArrayVar(&f.turns.transfers, "transfer", nil, "FROM:TO=TIME between links of two kinds; may be given again")
	fl.BoolVar(&f.turns.banBack, "ban-turning-back", false, "nobody turns back but at a dead end")
	fl.BoolVar(&f.turns.barZones, "bar-zones", false, "ways may start and end at the nodes of zones but not pass them")
	fl.StringVar(&f.use, "use", "", "GMNS: whose trips they are, as allowed_uses of links names uses; links of others are left out (default: all links)")
	fl.StringVar(&f.length, "length-unit", "", "GMNS: unit of lengths, where the folder declares it wrong")
	fl.StringVar(&f.speed, "speed-unit", "", "GMNS: unit of speeds, where the folder declares it wrong")
	var methods []string
	for _, m := range assign.Methods() {
		methods = append(methods, string(m))
	}
	completeFlag(cmd, "method", methods...)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if f.net == "" {
			return usageError{fmt.Errorf("--net is missing; usage: %s", cmd.UseLine())}
		}
		s, wrong := f.settings(methods)
		begin := time.Now()
		net, err := f.open(cmd) // what is wrong with the files is said in the same go
		if err != nil || wrong != nil {
			return joinInput(wrong, err)
		}
		links, err := net.chosen(f.selected)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		if *format == "text" {
			s.Each = convergence(out)
		}
		r, err := assign.Run(cmd.Context(), assign.Options{Problem: net.problem, Settings: s, ParseSeconds: time.Since(begin).Seconds(),
			SelectLinks: links, Skims: f.skims != ""})
		if err != nil {
			return assignError(net, err)
		}
		if err := f.write(net, r); err != nil {
			return err
		}
		switch *format {
		case "json":
			err = writeJSON(out, net.report(r))
		case "csv":
			err = net.flowsCSV(out, r)
		default:
			err = assignText(out, net, r)
		}
		if err == nil {
			err = f.reportUnreachable(cmd, net, r.Unreachable)
		}
		if err == nil && !r.Converged {
			err = fmt.Errorf("%w: gap %.3g after %s, wanted %.3g", errNotConverged, r.RelativeGap, iterations(r.Iterations), r.GapAim)
		}
		return err
	}
	return cmd
}

// settings checks the flags that need no file.
func (f *assignFlags) settings(methods []string) (assign.Settings, error) {
	s := assign.Settings{Method: assign.Method(f.method), Gap: f.gap, Iterations: f.iterations, Workers: f.workers, Theta: f.theta}
	var wrong []error
	addf := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	known := slices.Contains(methods, f.method)
	if !known {
		hint := ""
		if near := diag.Nearest(f.method, methods); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		addf("--method %s; expected one of %v%s", f.method, methods, hint)
	}
	logit := s.Method == assign.Recursive || s.Method == assign.Stochastic
	if !(f.gap > 0 && f.gap < 1) {
		addf("--gap %v; expected above 0 and below 1", f.gap)
	}
	if f.iterations < 1 {
		addf("--iterations %d; expected 1 or more", f.iterations)
	}
	if f.workers < 0 {
		addf("--workers %d; expected 0 or more", f.workers)
	}
	if logit && !(f.theta > 0) {
		addf("--method %s needs --theta above 0, the dispersion per unit of cost", f.method)
	}
	if f.theta != 0 && known && !logit {
		addf("--theta %v is for methods %s and %s; the method is %s", f.theta, assign.Recursive, assign.Stochastic, f.method)
	}
	if len(f.selected) > 0 && known && !keepsWays(s.Method) {
		addf("--select-link: method %s keeps no ways to select from; aon, ue and so do", f.method)
	}
	for _, out := range []struct{ flag, path string }{{"flows", f.flows}, {"skims", f.skims}} {
		if out.path == "" {
			continue
		}
		if err := atomicfile.Check(out.path); err != nil {
			addf("--%s: %w", out.flag, err)
		}
	}
	if f.limits != "" && known && s.Method != assign.Equilibrium && s.Method != assign.Optimum {
		addf("--limits: method %s does not do hard limits; ue and so do", f.method)
	}
	if err := f.checkElastic(); err != nil {
		wrong = append(wrong, err)
	} else if f.elastic.demand != "" && known && s.Method != assign.Equilibrium && s.Method != assign.Optimum {
		addf("--elastic: method %s does not do elastic demand; ue and so do", f.method)
	}
	if !(f.b >= 0) || math.IsInf(f.b, 1) {
		addf("--b %v; expected 0 or more", f.b)
	}
	if !(f.power >= 0) || math.IsInf(f.power, 1) {
		addf("--power %v; expected 0 or more", f.power)
	}
	for _, k := range []struct {
		name string
		x    float64
	}{{"toll-factor", f.tollFactor}, {"distance-factor", f.distanceFactor}} {
		if !(k.x >= 0) || math.IsInf(k.x, 1) {
			addf("--%s %v; expected 0 or more", k.name, k.x)
		}
	}
	f.classes = nil
	names := map[string]bool{}
	for _, text := range f.classFlags {
		c, err := parseClass(text)
		if err != nil {
			wrong = append(wrong, err)
		} else if names[c.name] {
			addf("--class %s is given twice", c.name)
		}
		names[c.name] = true
		f.classes = append(f.classes, c)
	}
	for _, t := range f.turns.transfers {
		if _, _, _, err := interchange.ParseTransfer(t); err != nil {
			addf("--transfer %w", err)
		}
	}
	if len(wrong) > 0 {
		return s, usageError{errors.Join(wrong...)}
	}
	return s, nil
}

// joinInput is what is wrong with flags and with files: all of it, as input of the
// user, unless the files could not be read for another reason.
func joinInput(flags, files error) error {
	var usage usageError
	switch {
	case flags == nil:
		return files
	case files == nil || errors.Is(files, errInput): // printed already
		return flags
	case errors.As(files, &usage):
		return usageError{errors.Join(flags, files)}
	}
	return files
}

// assignError makes input errors of what is wrong with the problem itself, with the
// names that the files use.
func assignError(net *assignNet, err error) error {
	var input *assign.InputError
	var infeasible *assign.InfeasibleError
	var spectral *assign.SpectralError
	var dense *hierarchy.DenseError
	if errors.As(err, &infeasible) {
		who := "all trips together make"
		if infeasible.Zone >= 0 {
			who = fmt.Sprintf("the trips from zone %s make", net.zones[infeasible.Zone])
			if infeasible.Into {
				who = fmt.Sprintf("the trips to zone %s make", net.zones[infeasible.Zone])
			}
		}
		var cut []string
		for _, l := range infeasible.Cut {
			cut = append(cut, net.linkName(int(l)))
		}
		return usageError{fmt.Errorf("--limits: %s a volume of %.10g, but these links let only %.10g through: %s", who, infeasible.Demand, infeasible.Carried, strings.Join(cut, "; "))}
	}
	if errors.As(err, &spectral) {
		return usageError{fmt.Errorf("--theta %v: recursive logit has no solution towards zone %s of class %q: round trips weigh without bound (spectral radius of the weights %.4g, want below 1); "+
			"a larger theta or no cycles of cost near 0 are needed", spectral.Theta, net.zones[spectral.Zone], spectral.Class, spectral.Radius)}
	}
	if errors.As(err, &input) {
		return usageError{net.problems(input)}
	}
	if errors.As(err, &dense) || errors.Is(err, assign.ErrNoRoutes) {
		return usageError{err}
	}
	return err
}

// problems is all that is wrong with a problem, a line each; links go by the names
// of the files.
func (n *assignNet) problems(input *assign.InputError) error {
	var wrong []error
	for i, p := range input.Problems {
		if l := input.Links; l != nil && l[i] >= 0 && l[i] < len(n.links) {
			_, what, _ := strings.Cut(p, ": ")
			p = "link " + n.linkName(l[i]) + ": " + what
		}
		wrong = append(wrong, errors.New(p))
	}
	rows, left := shown(wrong, topRows)
	if left > 0 {
		rows = append(slices.Clone(rows), fmt.Errorf("… and %d more of the kind", left))
	}
	return errors.Join(rows...)
}

// convergence prints a row an iteration as it comes.
func convergence(w io.Writer) func(assign.Iteration) {
	first := true
	return func(it assign.Iteration) {
		if first {
			first = false
			fmt.Fprintf(w, "%9s  %12s  %22s  %9s\n", "iteration", "gap", "objective", "routes")
		}
		objective, routes := "", ""
		if it.Objective != 0 {
			objective = fmt.Sprintf("%.10g", it.Objective)
		}
		if it.Routes != 0 {
			routes = fmt.Sprint(it.Routes)
		}
		row := fmt.Sprintf("%9d  %12.4e  %22s  %9s", it.Iteration, it.Gap, objective, routes)
		fmt.Fprintln(w, strings.TrimRight(row, " "))
	}
}

func iterations(n int) string {
	if n == 1 {
		return "1 iteration"
	}
	return fmt.Sprintf("%d iterations", n)
}

// assignText sums up a run below its convergence rows.
func assignText(w io.Writer, net *assignNet, r *assign.Report) error {
	fmt.Fprintf(w, "\n%s\n", r.Statement)
	word := "converged"
	if !r.Converged {
		word = "NOT converged"
	}
	fmt.Fprintf(w, "%s: relative gap %.3g (wanted %.3g) after %s\n\n", word, r.RelativeGap, r.GapAim, iterations(r.Iterations))
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(tw, "network\t%d zones, %d nodes, %d links\n", r.Zones, r.Nodes, r.Links)
	for _, c := range r.Classes {
		name := "trips"
		if len(r.Classes) > 1 {
			name += " of " + c.Name
		}
		fmt.Fprintf(tw, name+"\t%.10g between zones in %d pairs, %.10g within zones; served %.10g\n", c.Demand, c.Pairs, c.Intrazonal, c.Served)
	}
	if r.Objective != nil {
		fmt.Fprintf(tw, "objective\t%.15g\n", *r.Objective)
	}
	fmt.Fprintf(tw, "total cost\t%.15g\n", r.TSTT)
	fmt.Fprintf(tw, "run\tread %.3f s, order %.3f s, solve %.3f s, process %.3f s; processor %.3f s, memory %.0f MB\n", r.Run.Parse, r.Run.Order, r.Run.Solve, r.Run.Process,
		r.Run.CPU, float64(r.Run.PeakRSS)/1e6)
	if err := tw.Flush(); err != nil {
		return err
	}
	if len(r.Limits) > 0 {
		fmt.Fprintln(w, "\nLimits")
		limits := net.limitRows(r)
		slices.SortStableFunc(limits, func(a, b limitRow) int { return compareDown(a.Price, b.Price) })
		rows, left := shown(limits, topRows)
		for _, x := range rows {
			fmt.Fprintf(w, "  link %s from %s to %s: volume %.6g of %.6g, shadow price %.6g\n", x.Link, x.From, x.To, x.Volume, x.Limit, x.Price)
		}
		if left > 0 {
			fmt.Fprintf(w, "  … %d more; --format json has them all\n", left)
		}
	}
	if len(r.Unreachable) > 0 {
		fmt.Fprintln(w, "\nPairs without a way")
		rows, left := shown(r.Unreachable, topRows)
		for _, u := range rows {
			fmt.Fprintf(w, "  %s to %s: %.10g\n", net.zones[u.From], net.zones[u.To], u.Demand)
		}
		if left > 0 {
			fmt.Fprintf(w, "  … %d more; --format json has them all\n", left)
		}
	}
	if p := r.RouteFlows; p != nil && !p.Settled() {
		fmt.Fprintln(w, "\nRoute flows are not proportional to the last digit:")
		if p.Full > 0 {
			fmt.Fprintf(w, "  %d pairs have more ways of equal cost than are kept for one\n", p.Full)
		}
		fmt.Fprintf(w, "  after %d rounds the largest change is %.1e of a pair's flow\n", p.Rounds, p.Left)
	}
	for _, s := range r.Selected {
		fmt.Fprintf(w, "\nWho uses link %s: volume %.10g\n", net.linkName(int(s.Link)), s.Volume)
		trips := net.pairs(r, s)
		slices.SortStableFunc(trips, func(a, b selectedPair) int { return compareDown(a.Trips, b.Trips) })
		rows, left := shown(trips, topRows)
		for _, t := range rows {
			of := ""
			if t.Class != "" {
				of = " of " + t.Class
			}
			fmt.Fprintf(w, "  %s to %s: %.10g%s\n", t.Origin, t.Destination, t.Trips, of)
		}
		if left > 0 {
			fmt.Fprintf(w, "  … %d more; --format json has them all\n", left)
		}
	}
	return nil
}

// isFolder reports whether a path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
