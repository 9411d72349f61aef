//go:build ignore

// This program draws docs/img/answer.svg: a map of the flagship's answer, by the
// report's own code. It solves the case, or takes it from the user's cache.
//
//	go generate ./report
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/report"
	"github.com/astara-corridors/astara/world"
)

const (
	run    = "tripartite_treaty-signed"
	window = "close"
	title  = "What a Türkiye-Azerbaijan-Armenia treaty is expected to move"
	about  = "Expected change of freight in 2030 with the treaty signed, against none, under the four experts of the case together."
)

func main() {
	log.SetFlags(0)
	if err := draw(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func draw(ctx context.Context) error {
	files, err := cases.Open("caucasus")
	if err != nil {
		return err
	}
	dir, err := world.DefaultDir()
	if err != nil {
		return err
	}
	var l diag.List
	o := astara.Options{Cache: &world.Cache{Dir: dir}, Answer: answer.Options{Draws: 0}}
	c := astara.Load(files, &l)
	if l.Failed() {
		return fmt.Errorf("the case has errors")
	}
	m, err := astara.Prepare(ctx, c, &l, o)
	if err != nil {
		return err
	}
	s, err := m.Solve(ctx, o)
	if err != nil {
		return err
	}
	a, err := s.Answer(ctx, o)
	if err != nil {
		return err
	}
	in, err := report.Assemble(ctx, c, a, s.Freight, s.Table, "", report.Options{Workers: 2})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := report.Picture(&b, in, run, window, title, about); err != nil {
		return err
	}
	return os.WriteFile("../docs/img/answer.svg", b.Bytes(), 0o644)
}
