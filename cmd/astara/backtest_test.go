package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// The events of the shipped case in all three forms: the same events, each with what
// happened, what the model says, the verdict and what a static model cannot say.
func TestBacktestCommand(t *testing.T) {
	testdata.Need(t, lp.Available())
	do := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(append([]string{"backtest"}, args...), strings.NewReader(""), &out, &errs); code != exitOK {
			t.Fatalf("%v: exit %d: %s", args, code, errs.String())
		}
		return out.String()
	}
	var got struct {
		Format int
		Kind   string
		Events []pastEvent
	}
	if err := json.Unmarshal([]byte(do("caucasus", "--format", "json")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Format != backtestFormat || got.Kind != "backtest" || len(got.Events) < 12 {
		t.Fatalf("format %d, kind %q, %d events", got.Format, got.Kind, len(got.Events))
	}
	text, answers := do(), 0
	for _, e := range got.Events {
		if e.Happened == "" || len(e.Source) == 0 || e.Letter == "" {
			t.Errorf("%s: without what happened, source or letter", e.Event)
		}
		if !strings.Contains(text, strings.ToUpper(e.Verdict)+"  "+e.Date.String()+"  "+e.Name+"\n") {
			t.Errorf("%s: not in the text", e.Event)
		}
		answers += max(1, len(e.Answers))
		for _, a := range e.Answers {
			if a.Says == "" || a.Expected == "" || a.Asked == "" || a.After == nil {
				t.Errorf("%s: %+v", e.Event, a)
			}
		}
	}
	rows, err := csv.NewReader(strings.NewReader(do("--format", "csv"))).ReadAll()
	if err != nil || len(rows) != answers+1 {
		t.Errorf("%d rows for %d answers, %v", len(rows), answers, err)
	}
}

// A case without events, an unknown case and a wrong format are input of the user.
func TestBacktestOfNothing(t *testing.T) {
	dir := t.TempDir() + "/trial"
	var out, errs bytes.Buffer
	if code := run([]string{"init", dir}, strings.NewReader(""), &out, &errs); code != exitOK {
		t.Fatal(errs.String())
	}
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{dir}, "no events of the past"},
		{[]string{"caucasos"}, "did you mean \"caucasus\"?"},
		{[]string{"caucasus", "--format", "xml"}, "expected one of text, json, csv"},
		{[]string{"caucasus", "more"}, "usage: astara backtest [CASE]"},
	} {
		errs.Reset()
		if code := run(append([]string{"backtest"}, x.args...), strings.NewReader(""), &out, &errs); code != exitInput || !strings.Contains(errs.String(), x.want) {
			t.Errorf("%v: exit %d, %s", x.args, code, errs.String())
		}
	}
}
