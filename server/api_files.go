package server

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/casefile"
)

// maxText is the largest file of a case that can be written here.
const maxText = 8 << 20

var conflictType = reflect.TypeFor[Conflict]()

// FileInfo is a file of a case.
type FileInfo struct {
	Path string `json:"path"`
	Size int    `json:"size" doc:"bytes"`
	Sum  string `json:"sha256"`
}

// FileText is a file with its text.
type FileText struct {
	Path string `json:"path"`
	Text string `json:"text"`
	Sum  string `json:"sha256" doc:"to be given when the file is saved"`
}

// Saved says what became of a save.
type Saved struct {
	Version     int          `json:"version"`
	Sum         string       `json:"sha256"`
	Diagnostics []Diagnostic `json:"diagnostics" doc:"problems of the whole case as it now is"`
}

// Conflict is the answer to a save over what somebody else has saved meanwhile.
type Conflict struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Theirs string `json:"theirs" doc:"the file as it is"`
	Sum    string `json:"sha256" doc:"of theirs: to be given when the merged text is saved"`
	Merged string `json:"merged" doc:"both changes together, with markers where they meet"`
	Clean  bool   `json:"clean" doc:"no markers: the changes do not meet"`
	Gone   bool   `json:"gone" doc:"the file was removed: saving the merged text brings it back"`
}

func (c *Conflict) Error() string             { return c.Detail }
func (c *Conflict) GetStatus() int            { return c.Status }
func (c *Conflict) ContentType(string) string { return "application/problem+json" }

// FileInput is a file of a case.
type FileInput struct {
	Case string `path:"case" maxLength:"100"`
	Path string `query:"path" required:"true" maxLength:"200" doc:"of the file inside the case, as claims/arkov.yaml"`
}

type textInput struct {
	FileInput
	Body struct {
		Text  string `json:"text"`
		Sum   string `json:"sha256,omitempty" maxLength:"64" doc:"of the text that was opened; empty for a new file"`
		About string `json:"about,omitempty" maxLength:"200" doc:"what was done, for the list of versions"`
	}
}

func (s *Server) fileRoutes(api huma.API) {
	tags := []string{"edit"}
	huma.Register(api, huma.Operation{OperationID: "list-files", Method: http.MethodGet, Path: base + "/cases/{case}/files", Summary: "The files of a case", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body []FileInfo }, error) {
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			out := []FileInfo{}
			err = caseFiles(x.Files, func(p string, b []byte) error {
				out = append(out, FileInfo{p, len(b), sumOf(b)})
				return nil
			})
			if err != nil {
				return nil, s.refused(err)
			}
			return &struct{ Body []FileInfo }{out}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "read-file", Method: http.MethodGet, Path: base + "/cases/{case}/file", Summary: "The text of a file", Tags: tags},
		func(ctx context.Context, in *FileInput) (*struct{ Body FileText }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			b, sum, err := src.read(in.Path)
			if err != nil {
				return nil, s.refused(err)
			}
			if err := src.remember(s.opt.Data, b); err != nil {
				return nil, s.fault("keeping the text that is edited", err)
			}
			return &struct{ Body FileText }{FileText{in.Path, string(b), sum}}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "save-file", Method: http.MethodPut, Path: base + "/cases/{case}/file", Summary: "Save a file as a new version of the case", Tags: tags, MaxBodyBytes: maxText + maxText/4,
		Responses: conflicts(api)},
		func(ctx context.Context, in *textInput) (*struct{ Body Saved }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			about := in.Body.About
			if about == "" {
				about = "edit of " + in.Path
			}
			v, err := src.save(s.opt.Data, in.Path, in.Body.Sum, []byte(in.Body.Text), about)
			if err != nil {
				return nil, s.refused(err)
			}
			x, err := src.load()
			if err != nil {
				return nil, s.fault("reading the case again", err)
			}
			return &struct{ Body Saved }{Saved{v.Number, v.Files[in.Path], diagnostics(x.List)}}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "try-file", Method: http.MethodPost, Path: base + "/cases/{case}/try", Summary: "The problems of a case as it would be with one file changed", Tags: tags, MaxBodyBytes: maxText + maxText/4},
		func(ctx context.Context, in *textInput) (*struct{ Body []Diagnostic }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			l, err := src.try(in.Path, []byte(in.Body.Text))
			if err != nil {
				return nil, s.refused(err)
			}
			return &struct{ Body []Diagnostic }{diagnostics(l)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "remove-file", Method: http.MethodDelete, Path: base + "/cases/{case}/file", Summary: "Remove a file, as a new version of the case; its text is kept", Tags: tags, DefaultStatus: http.StatusOK,
		Responses: conflicts(api)},
		func(ctx context.Context, in *struct {
			FileInput
			Sum string `query:"sha256" required:"true" maxLength:"64" doc:"of the text that was opened"`
		}) (*struct{ Body Saved }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			v, err := src.remove(s.opt.Data, in.Path, in.Sum, "removal of "+in.Path)
			if err != nil {
				return nil, s.refused(err)
			}
			x, err := src.load()
			if err != nil {
				return nil, s.fault("reading the case again", err)
			}
			return &struct{ Body Saved }{Saved{v.Number, "", diagnostics(x.List)}}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "try-without-file", Method: http.MethodGet, Path: base + "/cases/{case}/without", Summary: "The problems of a case as it would be with one file removed", Tags: tags},
		func(ctx context.Context, in *FileInput) (*struct{ Body []Diagnostic }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			l, err := src.without(in.Path)
			if err != nil {
				return nil, s.refused(err)
			}
			return &struct{ Body []Diagnostic }{diagnostics(l)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-effect-choices", Method: http.MethodGet, Path: base + "/cases/{case}/effect-choices", Summary: "What an effect of a case may be made of: kinds of change, what they may act on, units", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body casefile.Choices }, error) {
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			return &struct{ Body casefile.Choices }{casefile.EffectChoices(x.Case)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "list-versions", Method: http.MethodGet, Path: base + "/cases/{case}/versions", Summary: "Versions of a case that were saved here, the newest first", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body []Version }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			vs, err := newHistory(s.opt.Data, src).versions()
			if err != nil {
				return nil, s.fault("reading the history", err)
			}
			slices.Reverse(vs)
			if vs == nil {
				vs = []Version{}
			}
			return &struct{ Body []Version }{vs}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "read-version", Method: http.MethodGet, Path: base + "/cases/{case}/versions/{number}/file", Summary: "The text of a file in a version", Tags: tags},
		func(ctx context.Context, in *struct {
			FileInput
			Number int `path:"number" minimum:"1"`
		}) (*struct{ Body FileText }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			h := newHistory(s.opt.Data, src)
			v, err := h.version(in.Number)
			if errors.Is(err, fs.ErrNotExist) || err == nil && v.Files[in.Path] == "" {
				return nil, huma.Error404NotFound("there is no such version with such a file")
			}
			if err != nil {
				return nil, s.fault("reading the history", err)
			}
			b, err := h.get(v.Files[in.Path])
			if err != nil {
				return nil, s.fault("reading the history", err)
			}
			return &struct{ Body FileText }{FileText{in.Path, string(b), v.Files[in.Path]}}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "copy-case", Method: http.MethodPost, Path: base + "/cases/{case}/copy", Summary: "Copy a case into the user's data folder", Tags: tags, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *struct {
			CaseInput
			Body struct {
				Name string `json:"name,omitempty" maxLength:"40" doc:"of the copy; empty: one that is free"`
			}
		}) (*struct{ Body CaseRow }, error) {
			src, _, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			c, err := (*source)(nil), error(nil)
			if in.Body.Name == "" {
				c, err = s.cases.copyFree(src)
			} else {
				c, err = s.cases.copyOf(src, in.Body.Name)
			}
			if err != nil {
				return nil, s.refused(err)
			}
			x, err := c.load()
			if err != nil {
				return nil, s.fault("reading the copy", err)
			}
			return &struct{ Body CaseRow }{s.row(c, x)}, nil
		})
}

// conflicts documents the refusal of a change to a file that was changed meanwhile.
func conflicts(api huma.API) map[string]*huma.Response {
	return map[string]*huma.Response{"409": {Description: "The file was changed since it was opened", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: huma.SchemaFromType(api.OpenAPI().Components.Schemas, conflictType)}}}}
}

// refused is the answer to an edit that cannot be done.
func (s *Server) refused(err error) error {
	var c *conflict
	switch {
	case errors.As(err, &c):
		detail := "The file was changed since you opened it. Both changes go together; look at the merged text and save it."
		if !c.Clean {
			detail = "The file was changed since you opened it, and both changes meet in the same lines. Look for the markers in the merged text, keep what is right, and save it."
		}
		switch {
		case c.Gone:
			detail = "The file was removed since you opened it."
		case c.Remove:
			detail = "The file was changed since you opened it, and was not removed. Look at it as it is now first."
		}
		return &Conflict{http.StatusText(http.StatusConflict), http.StatusConflict, detail, c.Theirs, c.Sum, c.Merged, c.Clean, c.Gone}
	case errors.Is(err, errReadOnly):
		return huma.Error403Forbidden(err.Error())
	case errors.Is(err, errNoFile):
		return huma.Error404NotFound(err.Error())
	case errors.Is(err, errTaken), errors.Is(err, errTooMany):
		return huma.Error409Conflict(err.Error())
	case errors.Is(err, errGone), errors.Is(err, fs.ErrNotExist):
		return huma.Error404NotFound(errGone.Error())
	case errors.Is(err, fs.ErrPermission):
		return huma.Error403Forbidden("the system does not let astara serve read or write this in the folder of the case")
	case errors.Is(err, errNotText), errors.Is(err, errNeeded), errors.Is(err, errName), errors.Is(err, errLinked), errors.Is(err, errLarge):
		return huma.Error422UnprocessableEntity(err.Error())
	}
	return s.fault("editing the case", err)
}
