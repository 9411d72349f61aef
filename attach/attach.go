// Package attach keeps the texts of sources on this machine and shows the words of
// claims from them.
//
// A case holds no text of its sources. Who has a text attaches it: it goes, in
// Unicode normalisation form C, to a folder of the user, and nowhere else. The
// words of a claim are then found by its locator, which matches bit for bit or not
// at all, or by its quote (package belief/quote). Where they are not found nothing
// is shown.
//
// A text may differ from the one the case was made from, in a line added at its
// end, say. Each span has a hash of its own, so spans decide: a text is kept when
// at least one claim finds its words in it, and each of the others says why it
// shows nothing. The hash of the whole text (sources.yaml) only tells which of the
// usual forms of one file is meant: with or without a byte order mark, with line
// ends of Windows or of Unix.
package attach

import (
	"errors"
	"fmt"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/quote"
	"github.com/astara-corridors/astara/casefile"
)

// Status says whether the words of a claim can be shown, and if not why.
type Status string

// The statuses.
const (
	Shown       Status = "shown"        // the words stand in the attached text
	NotAttached Status = "not_attached" // no text of the source is attached
	Unreadable  Status = "unreadable"   // the attached file cannot be read any more
	OtherWords  Status = "other_words"  // the span of the locator holds other words
	Outside     Status = "outside"      // the span of the locator ends behind the text
	NotFound    Status = "not_found"    // the words of the quote stand nowhere in it
	Ambiguous   Status = "ambiguous"    // the words of the quote stand in several places
)

// Text says the status to people.
func (s Status) Text() string {
	switch s {
	case Shown:
		return "the words stand in the attached text"
	case NotAttached:
		return "the text is not attached on this machine"
	case Unreadable:
		return "the attached text cannot be read"
	case OtherWords:
		return "the span holds other words in the attached text"
	case Outside:
		return "the span lies outside the attached text"
	case NotFound:
		return "the words do not stand in the attached text"
	case Ambiguous:
		return "the words stand in several places of the attached text"
	}
	return string(s)
}

// Place is what a text says of one claim.
type Place struct {
	Claim      string
	Status     Status
	Words      string // with Shown only
	Start, End int    // code points, with Shown only
	Detail     string // more on what went wrong, "" for nothing more
}

// Source is a source that claims point at, with what is attached for it.
type Source struct {
	ID, Title string
	Declared  string // SHA-256 in sources.yaml, "" if none
	Attached  bool
	Length    int    // code points
	SHA256    string // of the attached text
	Places    []Place
}

// Same reports whether the attached text is the one the case was made from, bit
// for bit; false too when the case does not say.
func (s *Source) Same() bool { return s.Attached && s.Declared != "" && s.SHA256 == s.Declared }

// Shown is how many claims show their words.
func (s *Source) Shown() int {
	n := 0
	for _, p := range s.Places {
		if p.Status == Shown {
			n++
		}
	}
	return n
}

// Store is what is attached for one case. Reading it from several goroutines is
// safe, attaching and removing is not. A nil store has nothing attached.
type Store struct {
	dir     string // "" when the user has no folder for data
	c       *casefile.Case
	sources []Source       // those that claims point at, in the order of the case
	at      map[string]int // source id to sources
	place   map[string]Place
}

// Open reads what this user has attached for a case.
func Open(c *casefile.Case) *Store {
	dir, err := Dir()
	if err != nil {
		dir = "" // nothing can be attached, and nothing is
	}
	return OpenIn(dir, c)
}

// OpenIn is Open with the folder to keep texts in; "" for none.
func OpenIn(dir string, c *casefile.Case) *Store {
	s := &Store{dir: dir, c: c, at: map[string]int{}}
	pointed := map[string]bool{}
	for i := range c.Claims {
		pointed[c.Claims[i].Source] = true
	}
	for _, x := range c.Sources {
		if !pointed[x.ID] {
			continue
		}
		s.at[x.ID] = len(s.sources)
		s.sources = append(s.sources, Source{ID: x.ID, Title: x.Title, Declared: x.SHA256})
	}
	for i := range s.sources {
		s.read(&s.sources[i])
	}
	s.index()
	return s
}

// Quote returns the words of a claim, and nothing unless the status is Shown.
func (s *Store) Quote(c *belief.Claim) (words string, status Status) {
	p := s.Place(c.ID)
	return p.Words, p.Status
}

// Place returns where the words of a claim stand.
func (s *Store) Place(claim string) Place {
	if s == nil {
		return Place{Claim: claim, Status: NotAttached}
	}
	p, ok := s.place[claim]
	if !ok {
		return Place{Claim: claim, Status: NotAttached}
	}
	return p
}

// Sources lists the sources that claims point at, in the order of the case.
func (s *Store) Sources() []Source {
	if s == nil {
		return nil
	}
	return s.sources
}

func (s *Store) index() {
	s.place = map[string]Place{}
	for _, x := range s.sources {
		for _, p := range x.Places {
			s.place[p.Claim] = p
		}
	}
}

// unattached gives all claims of a source one status.
func (s *Store) unattached(x *Source, status Status) {
	x.Attached, x.Length, x.SHA256, x.Places = false, 0, "", nil
	for i := range s.c.Claims {
		if c := &s.c.Claims[i]; c.Source == x.ID {
			x.Places = append(x.Places, Place{Claim: c.ID, Status: status})
		}
	}
}

// look finds the words of all claims of a source in a text.
func (s *Store) look(x Source, t *quote.Text) Source {
	x.Attached, x.Length, x.SHA256, x.Places = true, t.Len(), t.SHA256(), nil
	for i := range s.c.Claims {
		if c := &s.c.Claims[i]; c.Source == x.ID {
			x.Places = append(x.Places, find(c, t))
		}
	}
	return x
}

// find finds the words of one claim.
func find(c *belief.Claim, t *quote.Text) Place {
	if c.Quote.Known() {
		return findQuote(c, t)
	}
	words, err := t.Resolve(c.Locator)
	var other *quote.Mismatch
	switch {
	case errors.As(err, &other):
		return Place{Claim: c.ID, Status: OtherWords}
	case err != nil:
		return Place{Claim: c.ID, Status: Outside, Detail: fmt.Sprintf("it ends at code point %d, the text at %d", c.Locator.End, t.Len())}
	}
	return Place{Claim: c.ID, Status: Shown, Words: words, Start: c.Locator.Start, End: c.Locator.End}
}

func findQuote(c *belief.Claim, t *quote.Text) Place {
	m, err := t.Find(c.Quote)
	var many *quote.Ambiguous
	if errors.As(err, &many) {
		return Place{Claim: c.ID, Status: Ambiguous, Detail: "at code points " + places(many.Matches) + "; give prefix, suffix or near"}
	}
	if err != nil {
		return Place{Claim: c.ID, Status: NotFound}
	}
	words, err := t.Span(m.Start, m.End)
	if err != nil {
		panic("attach: a match outside its text: " + err.Error())
	}
	return Place{Claim: c.ID, Status: Shown, Words: words, Start: m.Start, End: m.End}
}

// places lists where matches begin, the first few of them.
func places(ms []quote.Match) string {
	const few = 5
	out := ""
	for i, m := range ms {
		if i == few {
			return out + fmt.Sprintf(" and %d more", len(ms)-few)
		}
		if i > 0 {
			out += ", "
		}
		out += fmt.Sprint(m.Start)
	}
	return out
}
