package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
)

// TextRow is a source that claims point at, with what is attached for it.
type TextRow struct {
	Source   string     `json:"source"`
	Title    string     `json:"title"`
	Attached bool       `json:"attached"`
	Length   int        `json:"code_points"`
	Sum      string     `json:"sha256,omitempty" doc:"of the attached text"`
	Declared string     `json:"declared_sha256,omitempty" doc:"of the text that the case was made from"`
	Same     bool       `json:"same" doc:"the two are equal"`
	Changed  string     `json:"changed,omitempty" doc:"what was done to the file that was attached now, to make it fit"`
	Places   []PlaceRow `json:"places"`
}

// PlaceRow says where the words of a claim stand in the text of its source.
type PlaceRow struct {
	Claim  string        `json:"claim"`
	Status attach.Status `json:"status" enum:"shown,not_attached,unreadable,other_words,outside,not_found,ambiguous"`
	Why    string        `json:"why" doc:"the status in words"`
	Start  int           `json:"start" doc:"code point; with the status shown only"`
	End    int           `json:"end" doc:"code point behind the last"`
	At     *[2]int       `json:"locator,omitempty" doc:"code points that the case gives; absent where the claim has a quote in their place"`
}

// TextBody is an attached text with the places of the claims.
type TextBody struct {
	TextRow
	Text string `json:"text"`
}

// TextInput names the source of a text.
type TextInput struct {
	Case   string `path:"case" maxLength:"100"`
	Source string `path:"source" maxLength:"200" doc:"id in sources.yaml"`
}

func (s *Server) evidenceRoutes(api huma.API) {
	tags := []string{"evidence"}
	huma.Register(api, huma.Operation{OperationID: "list-texts", Method: http.MethodGet, Path: base + "/cases/{case}/texts", Summary: "Sources that claims point at, and where in attached texts the words of the claims stand", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body []TextRow }, error) {
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			out := []TextRow{}
			for _, y := range attach.Open(x.Case).Sources() {
				out = append(out, textRow(x.Case, y))
			}
			return &struct{ Body []TextRow }{out}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "read-text", Method: http.MethodGet, Path: base + "/cases/{case}/texts/{source}", Summary: "The attached text of a source, with the places of the claims", Tags: tags},
		func(ctx context.Context, in *TextInput) (*struct{ Body TextBody }, error) {
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			store := attach.Open(x.Case)
			text, err := store.Text(in.Source)
			if err != nil {
				return nil, s.noText(err)
			}
			return &struct{ Body TextBody }{TextBody{rowOf(store, x.Case, in.Source), text}}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "attach-text", Method: http.MethodPost, Path: base + "/cases/{case}/texts/{source}", Summary: "Attach the text of a source, plain text in UTF-8; it stays on the machine of the server, outside the case", Tags: tags, MaxBodyBytes: attach.MaxText + 1},
		func(ctx context.Context, in *struct {
			TextInput
			Type    string `header:"Content-Type"`
			RawBody []byte `contentType:"text/plain"`
		}) (*struct{ Body TextRow }, error) {
			if kind, _, err := mime.ParseMediaType(in.Type); in.Type != "" && (err != nil || kind != "text/plain" && kind != "application/octet-stream") {
				return nil, huma.Error415UnsupportedMediaType("only plain text can be attached: save the text of the page or the document, and attach that")
			}
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			s.texts.Lock() // each looks through a text for all claims: one at a time
			defer s.texts.Unlock()
			store := attach.Open(x.Case)
			y, form, err := store.Attach(in.Source, in.RawBody)
			if err != nil {
				return nil, s.notAttached(err, y)
			}
			row := textRow(x.Case, y)
			row.Changed = form
			return &struct{ Body TextRow }{row}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "remove-text", Method: http.MethodDelete, Path: base + "/cases/{case}/texts/{source}", Summary: "Remove the attached text of a source from the machine", Tags: tags, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *TextInput) (*struct{ Body TextRow }, error) {
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			s.texts.Lock()
			defer s.texts.Unlock()
			store := attach.Open(x.Case)
			removed, err := store.Remove(in.Source)
			if err != nil {
				return nil, s.noText(err)
			}
			if !removed {
				return nil, s.noText(fs.ErrNotExist)
			}
			return &struct{ Body TextRow }{rowOf(store, x.Case, in.Source)}, nil
		})
}

func rowOf(store *attach.Store, c *casefile.Case, source string) TextRow {
	for _, x := range store.Sources() {
		if x.ID == source {
			return textRow(c, x)
		}
	}
	return TextRow{Source: source, Places: []PlaceRow{}}
}

func textRow(c *casefile.Case, x attach.Source) TextRow {
	row := TextRow{Source: x.ID, Title: x.Title, Attached: x.Attached, Length: x.Length, Sum: x.SHA256, Declared: x.Declared, Same: x.Same(), Places: []PlaceRow{}}
	at := map[string]belief.Locator{}
	for i := range c.Claims {
		at[c.Claims[i].ID] = c.Claims[i].Locator
	}
	for _, p := range x.Places {
		y := PlaceRow{Claim: p.Claim, Status: p.Status, Why: p.Status.Text(), Start: p.Start, End: p.End}
		if p.Detail != "" {
			y.Why += ": " + p.Detail
		}
		if l := at[p.Claim]; l.Known() {
			y.At = &[2]int{l.Start, l.End}
		}
		row.Places = append(row.Places, y)
	}
	return row
}

// noText is the answer where a text cannot be read or removed.
func (s *Server) noText(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return huma.Error404NotFound("no text of this source is attached on this machine")
	case errors.Is(err, attach.ErrUnknownSource):
		return huma.Error404NotFound("the case has no such source that claims point at")
	case errors.Is(err, attach.ErrChanged):
		return huma.Error409Conflict("the text was replaced or removed a moment ago: ask again")
	}
	return s.fault("reading the attached text", err)
}

// notAttached is the answer to a text that was not kept.
func (s *Server) notAttached(err error, x attach.Source) error {
	said := strings.TrimPrefix(err.Error(), "attach: ")
	switch {
	case errors.Is(err, attach.ErrUnknownSource):
		return huma.Error404NotFound(said)
	case errors.Is(err, attach.ErrTooLarge):
		return huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("%s: it may have %d MB", said, attach.MaxText>>20))
	case errors.Is(err, attach.ErrNothingFound):
		detail := "None of the claims finds its words in this text, so nothing was kept. It should be the text of the source alone, without menus and headlines around it."
		var why []error
		for _, p := range x.Places {
			said := p.Status.Text()
			if p.Detail != "" {
				said += ": " + p.Detail
			}
			why = append(why, &huma.ErrorDetail{Message: said, Location: p.Claim})
		}
		return huma.Error422UnprocessableEntity(detail, why...)
	case errors.Is(err, attach.ErrNoText), errors.Is(err, attach.ErrEmpty), errors.Is(err, attach.ErrUnpointed):
		return huma.Error422UnprocessableEntity(said)
	}
	return s.fault("attaching the text", err)
}
