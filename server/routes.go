package server

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/klauspost/compress/gzhttp"

	"github.com/astara-corridors/astara/attach"
)

// base is where the API lives.
const base = "/api/v1"

// routes is everything the server answers.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("astara", s.opt.Version)
	config.Info.Description = "What a pact between states does to the corridors of a region: cases, answers, worlds and beliefs."
	config.OpenAPIPath = "/api/openapi"
	config.DocsPath, config.SchemasPath = "", "" // both would send the browser elsewhere
	config.CreateHooks = nil                     // and so would links to schemas in answers
	config.Transformers = append(config.Transformers, s.unforeseen)
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", distinct())
	api := humago.New(mux, config)
	s.caseRoutes(api)
	s.jobRoutes(api)
	s.answerRoutes(api)
	s.metaRoutes(api)
	s.mapRoutes(api)
	s.fileRoutes(api)
	s.stateRoutes(api)
	s.evidenceRoutes(api)
	s.ledgerRoutes(api)
	s.shareRoutes(api)
	s.runRoutes(api)
	s.beliefsRoutes(api)
	describe(api)
	mux.HandleFunc("GET "+base+"/basemap", s.basemap)
	mux.Handle("/api/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, "no such address in the API; /api/openapi.json lists them")
	}))
	mux.Handle("/", s.app())
	return squeeze(s.shelve(mux))
}

// unforeseen takes out of a refusal what the framework puts into it of an error that is
// no answer of ours: that goes into the log.
func (s *Server) unforeseen(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok || m.Status != http.StatusInternalServerError || len(m.Errors) == 0 {
		return v, nil
	}
	for _, e := range m.Errors {
		s.log.Error("fault in the program", "error", e)
	}
	return &huma.ErrorModel{Title: m.Title, Status: m.Status, Detail: "a fault in the program; the log of astara serve says more"}, nil
}

// squeeze compresses what is large and can be compressed. Events are not: they must
// not wait in a buffer.
var squeeze = func() func(http.Handler) http.HandlerFunc {
	w, err := gzhttp.NewWrapper(gzhttp.MinSize(2048), gzhttp.CompressionLevel(5), gzhttp.ContentTypes([]string{
		"application/json", "application/problem+json", "application/octet-stream", "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "text/csv",
	}))
	if err != nil {
		panic("server: " + err.Error())
	}
	return func(h http.Handler) http.HandlerFunc { return w(h) }
}()

// limit is the largest body that the address of a request takes.
func (s *Server) limit(r *http.Request) int64 {
	if strings.HasSuffix(r.URL.Path, "/file") || strings.HasSuffix(r.URL.Path, "/try") {
		return maxText + maxText/4 // the text is a JSON string: escapes make it longer
	}
	if strings.Contains(r.URL.Path, "/texts/") {
		return attach.MaxText
	}
	return maxBody
}

// app serves the built front end. Names of assets carry a hash of their content, so
// browsers may keep them; the page itself is always asked for.
func (s *Server) app() http.Handler {
	if s.opt.App == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(http.StatusNotFound)
			w.Write([]byte("The web app is not in this program: run make web, then build again. The API is at /api/openapi.json.\n"))
		})
	}
	files := http.FileServerFS(s.opt.App)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			problem(w, http.StatusMethodNotAllowed, "pages can only be read")
			return
		}
		if strings.HasPrefix(r.URL.Path, "/assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		files.ServeHTTP(w, r)
	})
}

// problem writes an error as problem+json.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail})
}
