package report

import (
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/report/carto"
	"github.com/astara-corridors/astara/report/chart"
)

//go:generate go run ../docs/img/gen.go

// ErrNoPicture says that an input has no run, or its maps no window, of the
// name asked for.
var ErrNoPicture = errors.New("report: no such map")

// pictureHead is the height of the words above the map, user units.
const pictureHead = 62

// Picture writes one map of the report as an SVG file of its own: the run named
// by its id, of flow or of change, in one of the windows "region", "close" and
// "world". It brings its own background, light or dark as the reader's screen
// is, asks no network for anything, and its text is text. Same input, same
// bytes.
func Picture(w io.Writer, in Input, run, window, title, about string) error {
	if in.Case == nil || in.Answer == nil || in.Case.Freight == nil {
		return ErrEmpty
	}
	b := newBuilder(in)
	m, err := atlas.Load()
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	r, change, ok := b.findRun(run)
	if !ok {
		return fmt.Errorf("%w: run %q", ErrNoPicture, run)
	}
	for _, f := range b.frames(m) {
		if f.id != window {
			continue
		}
		g := carto.NewGround(m, carto.NewLanes(m), f.frame, b.Case.Focus, stateNames(b.Case), f.id == "world")
		d := carto.Map{Ground: g, ID: "picture", Title: title, Text: about + " " + b.describeMap(r, change), Change: change,
			Stretches: b.stretches(r), Places: b.places(r, f), MostNames: f.names, Widest: f.widest}.Draw()
		_, err := io.WriteString(w, standalone(d.SVG, "map", title, about))
		return err
	}
	return fmt.Errorf("%w: window %q", ErrNoPicture, window)
}

// findRun finds a run among those of flow and of change.
func (b *builder) findRun(id string) (r Flows, change, ok bool) {
	for _, f := range b.Flows {
		if f.ID == id {
			return f, false, true
		}
	}
	for _, f := range b.Changes {
		if f.ID == id {
			return f, true, true
		}
	}
	return Flows{}, false, false
}

// standalone puts words, a background and the report's own colours around a map.
func standalone(svg, class, title, about string) string {
	var width, height float64
	if _, err := fmt.Sscanf(svg, `<svg class="`+class+`" viewBox="0 0 %f %f"`, &width, &height); err != nil {
		panic("report: a picture without a view box: " + err.Error())
	}
	palette, _, _ := strings.Cut(style, "*{box-sizing")
	_, rest, _ := strings.Cut(style, "/* charts */")
	drawn, _, _ := strings.Cut(rest, "/* tables */")
	inner := strings.Replace(svg, `<svg class="`+class+`"`, fmt.Sprintf(`<svg class="%s" x="12" y="%d" width="%.0f" height="%.0f"`, class, pictureHead, width, height), 1)
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif">`, width+24, height+pictureHead+6)
	fmt.Fprintf(&s, "\n<style>%s%s.title{font-size:17px;font-weight:600;fill:var(--ink)}.about{font-size:11.5px;fill:var(--soft)}</style>\n", palette, strings.TrimSpace(strings.Replace(drawn, "/* maps */", "", 1)))
	s.WriteString(`<rect width="100%" height="100%" fill="var(--paper)"/>`)
	fmt.Fprintf(&s, `<text class="title" x="12" y="27">%s</text><text class="about" x="12" y="48">%s</text>`, html.EscapeString(title), html.EscapeString(about))
	s.WriteString("\n" + inner + "\n</svg>\n")
	return s.String()
}

// ChainPicture writes the time-cost-distance chart of a chain as an SVG file of
// its own. Same input, same bytes.
func ChainPicture(w io.Writer, title, about string, steps []chart.Step) error {
	p := chart.Profile{ID: "chain", Title: title, Steps: steps}
	_, err := io.WriteString(w, standalone(p.Draw(), "profile", title, about))
	return err
}
