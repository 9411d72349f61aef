package server

import (
	"context"
	"strings"
	"unicode"

	"github.com/astara-corridors/astara/casefile"
)

// Found is a part of a case that holds the words looked for.
type Found struct {
	Kind  string `json:"kind" enum:"question,variable,actor,claim,agreement,clause,corridor,outcome,source,event,effect"`
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text" doc:"around the words, which stand between U+E000 and U+E001"`
}

// index puts the words of a case into the index, unless those that are there are of
// the same files.
func (s *state) index(ctx context.Context, name string, x *loaded) error {
	var have string
	err := s.db.QueryRowContext(ctx, "SELECT case_hash FROM indexed WHERE case_name=?", name).Scan(&have)
	if err == nil && have == x.Hash {
		return nil
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec("DELETE FROM words WHERE case_name=?", name); err != nil {
		return err
	}
	put, err := tx.Prepare("INSERT INTO words VALUES(?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer put.Close()
	err = nil
	partsOf(x.Case, func(kind, id, title string, text ...string) {
		if err == nil {
			_, err = put.Exec(name, kind, id, title, strings.Join(text, " "))
		}
	})
	if err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO indexed VALUES(?,?) ON CONFLICT(case_name) DO UPDATE SET case_hash=excluded.case_hash", name, x.Hash); err != nil {
		return err
	}
	return tx.Commit()
}

// partsOf tells all parts of a case that people may look for.
func partsOf(c *casefile.Case, tell func(kind, id, title string, text ...string)) {
	for _, q := range c.Questions {
		tell("question", q.ID, q.Text)
	}
	for _, v := range c.Variables {
		tell("variable", v.ID, v.Name, v.About, strings.Join(v.States, " "))
	}
	for _, a := range c.Actors {
		tell("actor", a.ID, a.Name, a.About, strings.Join(a.OtherNames, " "))
	}
	for _, x := range c.Claims {
		tell("claim", x.ID, x.Speaker, x.Paraphrase, x.Note, strings.Join(x.BearsOn, " "))
	}
	for _, a := range c.Agreements {
		tell("agreement", a.ID, a.Name, a.About, strings.Join(a.OtherNames, " "))
		for _, k := range a.Clauses {
			tell("clause", a.ID+"/"+k.ID, a.Name+", "+k.Article, k.Paraphrase, k.Action)
		}
	}
	for _, k := range c.Corridors {
		tell("corridor", k.ID, k.Name, k.About, strings.Join(k.OtherNames, " "))
	}
	for _, o := range c.Outcomes {
		tell("outcome", o.ID, o.Name, o.About)
	}
	for _, x := range c.Sources {
		tell("source", x.ID, x.Title, x.Publisher, x.Note)
	}
	for _, e := range c.Timeline {
		tell("event", e.ID, e.Date.String(), e.Text)
	}
	for _, e := range c.Effects {
		tell("effect", e.ID, e.Name, e.Why.Reason)
	}
}

const maxFound = 50

// find looks words up in a case: those that hold all of them, or words that start
// with them, the best first.
func (s *state) find(ctx context.Context, name, query string) ([]Found, error) {
	var terms []string
	for _, w := range strings.FieldsFunc(query, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		terms = append(terms, `"`+w+`"*`) // quoted: no operator of the query language
	}
	if len(terms) == 0 {
		return []Found{}, nil
	}
	return rows(ctx, s.db, func(x *Found) []any { return []any{&x.Kind, &x.ID, &x.Title, &x.Text} },
		"SELECT kind, id, title, snippet(words, 4, char(0xE000), char(0xE001), '…', 24) FROM words WHERE words MATCH ? AND case_name=? ORDER BY bm25(words, 0, 0, 0, 4, 1), kind, id LIMIT ?",
		strings.Join(terms, " "), name, maxFound)
}
