package main

import (
	"encoding/json"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/ledger"
)

// Reviews of the shipped case name the sources behind each verdict and none of the
// words of the source.
func TestFlagshipReviews(t *testing.T) {
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := casefile.Load(fsys, &l)
	if l.Failed() {
		t.Fatal("the shipped case has errors")
	}
	data, err := reviews(c, ledger.Publisher{Name: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	var got []struct {
		Identifier string
		Citation   []struct{ Headline, URL string }
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	book, err := c.Ledger()
	if err != nil {
		t.Fatal(err)
	}
	settled := 0
	for _, e := range book.Claims {
		switch {
		case e.Verdict.Settled():
			settled++
		case e.Resolves == nil || e.Resolves.By == "":
			t.Errorf("%s is open and does not say by when it resolves", e.Claim)
		}
	}
	if len(got) != settled || settled == 0 {
		t.Errorf("%d reviews of %d settled claims", len(got), settled)
	}
	for _, r := range got {
		if len(r.Citation) == 0 || r.Citation[0].Headline == "" || r.Citation[0].URL == "" {
			t.Errorf("%s cites %+v", r.Identifier, r.Citation)
		}
	}
}
