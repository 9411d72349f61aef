package attach

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/quote"
	"github.com/astara-corridors/astara/internal/atomicfile"
)

// MaxText is the largest text that can be attached, in bytes: some long books.
const MaxText = 8 << 20

// The reasons to refuse a text. Each is the user's input, none a fault.
var (
	ErrUnknownSource = errors.New("attach: the case has no such source")
	ErrUnpointed     = errors.New("attach: no claim points at this source")
	ErrEmpty         = errors.New("attach: the text is empty")
	ErrTooLarge      = errors.New("attach: the text is too large")
	ErrNoText        = errors.New("attach: this is no plain text in UTF-8")
	ErrNothingFound  = errors.New("attach: no claim finds its words in this text")
)

var errNoFolder = errors.New("attach: finding the user's data folder: neither it nor a home folder is set")

// Dir returns the folder in which texts of this user are kept: below XDG_DATA_HOME
// or ~/.local/share on Unix, ~/Library/Application Support on macOS, and
// %LocalAppData% on Windows.
func Dir() (string, error) {
	var base string
	home, err := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		base = os.Getenv("LocalAppData")
	case "darwin":
		if err == nil {
			base = filepath.Join(home, "Library", "Application Support")
		}
	default:
		base = os.Getenv("XDG_DATA_HOME")
		if !filepath.IsAbs(base) { // the specification asks to ignore relative ones
			base = ""
			if err == nil {
				base = filepath.Join(home, ".local", "share")
			}
		}
	}
	if base == "" {
		return "", errNoFolder
	}
	return filepath.Join(base, "astara", "texts"), nil
}

// Path is where the text of a source is kept.
func (s *Store) Path(source string) string {
	return filepath.Join(s.dir, fileName(s.c.ID), fileName(source)+".txt")
}

// fileName makes a name that every file system takes and that no two ids share,
// where letters of either case are one, too: what is not a small letter, a digit,
// "-" or "_" is written as its bytes.
func fileName(id string) string {
	var b strings.Builder
	for i := range len(id) {
		if c := id[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}

// read reads what is attached for a source.
func (s *Store) read(x *Source) {
	if s.dir == "" {
		s.unattached(x, NotAttached)
		return
	}
	data, err := readText(s.Path(x.ID))
	if errors.Is(err, fs.ErrNotExist) {
		s.unattached(x, NotAttached)
		return
	}
	if err != nil {
		s.unattached(x, Unreadable)
		return
	}
	t, err := quote.NewText(data)
	if err != nil {
		s.unattached(x, Unreadable)
		return
	}
	*x = s.look(*x, t)
}

// readText reads a kept text, and no more than may be kept.
func readText(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > 2*MaxText { // normalisation may lengthen a text
		return nil, ErrNoText
	}
	return os.ReadFile(path)
}

// ErrChanged says that a text was replaced or removed since the store was opened.
var ErrChanged = errors.New("attach: the text was changed meanwhile")

// Text returns the attached text of a source, the one in which the places of its
// claims were found.
func (s *Store) Text(source string) (string, error) {
	k, ok := s.at[source]
	if !ok {
		return "", ErrUnknownSource
	}
	x := s.sources[k]
	if !x.Attached {
		return "", fs.ErrNotExist
	}
	data, err := readText(s.Path(source))
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrChanged
	}
	if err != nil {
		return "", fmt.Errorf("attach: %w", err)
	}
	t, err := quote.NewText(data)
	if err != nil {
		return "", fmt.Errorf("attach: %w", err)
	}
	if t.SHA256() != x.SHA256 {
		return "", ErrChanged
	}
	return t.Span(0, t.Len())
}

// Attach keeps the text of a source, in the form that fits the case best, in the
// place of one that was attached before. form says what had to be done to the
// file, "" for nothing. On an error that is one of this package nothing is kept;
// with [ErrNothingFound] the source says how each claim fared.
func (s *Store) Attach(source string, data []byte) (x Source, form string, err error) {
	k, ok := s.at[source]
	if !ok {
		for _, c := range s.c.Sources {
			if c.ID == source {
				return x, "", ErrUnpointed
			}
		}
		return x, "", ErrUnknownSource
	}
	switch {
	case len(data) > MaxText:
		return x, "", ErrTooLarge
	case len(bytes.TrimSpace(bytes.TrimPrefix(data, byteOrderMark))) == 0:
		return x, "", ErrEmpty
	}
	if err := isText(data); err != nil {
		return x, "", err
	}
	x, t, form, err := s.best(s.sources[k], data)
	if err != nil {
		return x, "", err
	}
	s.explain(&x, t)
	if x.Shown() == 0 {
		return x, "", ErrNothingFound
	}
	if s.dir == "" {
		return x, "", errNoFolder
	}
	text, err := t.Span(0, t.Len())
	if err != nil {
		return x, "", err
	}
	path := s.Path(source)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return x, "", fmt.Errorf("attach: %w", err)
	}
	err = atomicfile.Write(path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		return x, "", fmt.Errorf("attach: %w", err)
	}
	s.sources[k] = x
	s.index()
	return x, form, nil
}

// Remove removes the text of a source; removed is false when none was attached.
func (s *Store) Remove(source string) (removed bool, err error) {
	k, ok := s.at[source]
	if !ok {
		return false, ErrUnknownSource
	}
	if s.dir == "" {
		return false, nil
	}
	err = os.Remove(s.Path(source))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("attach: %w", err)
	}
	s.unattached(&s.sources[k], NotAttached)
	s.index()
	return err == nil, nil
}

// maxExplained bounds the spans that are looked for elsewhere, in code points of
// text times claims: about a second's work.
const maxExplained = 2_000_000

// explain says of spans that hold other words where in the text theirs stand: a
// headline too many, or a paragraph too few, moves all that follow. It shows no
// words, since the place is not the one that the claim names.
func (s *Store) explain(x *Source, t *quote.Text) {
	at := map[string]*belief.Claim{}
	for i := range s.c.Claims {
		at[s.c.Claims[i].ID] = &s.c.Claims[i]
	}
	for i, left := 0, maxExplained; i < len(x.Places) && left > t.Len(); i++ {
		p := &x.Places[i]
		if p.Status != OtherWords && p.Status != Outside {
			continue
		}
		left -= t.Len()
		by, ok := t.Shift(at[p.Claim].Locator)
		switch {
		case !ok:
		case by > 0:
			p.Detail = fmt.Sprintf("its own stand %d code points further on", by)
		default:
			p.Detail = fmt.Sprintf("its own stand %d code points earlier", -by)
		}
	}
}

var byteOrderMark = []byte("\ufeff")

// isText refuses what is no plain text in UTF-8 and says what it may be. A page or a
// document whose text we took out ourselves would be no text that a hash or a place in
// the case could mean.
func isText(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return fmt.Errorf("%w but a PDF; save its text", ErrNoText)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return fmt.Errorf("%w but an archive or an office document; save its text", ErrNoText)
	case bytes.HasPrefix(data, []byte("{\\rtf")), bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return fmt.Errorf("%w but a document of a word processor; save its text", ErrNoText)
	case isPage(data):
		return fmt.Errorf("%w but a web page with its markup; save its text", ErrNoText)
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return fmt.Errorf("%w but seems to be UTF-16; save it as UTF-8", ErrNoText)
	case bytes.IndexByte(data, 0) >= 0:
		return fmt.Errorf("%w: it holds bytes of value 0", ErrNoText)
	case !utf8.Valid(data):
		return fmt.Errorf("%w: byte %d begins no character; save it as UTF-8", ErrNoText, badByte(data))
	}
	return nil
}

// isPage reports whether a file starts as web pages do.
func isPage(data []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], byteOrderMark)))
	for _, begin := range []string{"<!doctype html", "<html", "<?xml"} {
		if bytes.HasPrefix(head, []byte(begin)) {
			return true
		}
	}
	return false
}

// badByte is the offset of the first byte that is not UTF-8.
func badByte(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

// best takes of the forms of a file the one with the declared hash, else the one
// in which most claims find their words; the first of equals.
func (s *Store) best(x Source, data []byte) (best Source, text *quote.Text, form string, err error) {
	type option struct {
		form string
		data []byte
	}
	options := []option{{"", data}}
	add := func(form string, change func([]byte) []byte) {
		for _, o := range options {
			if changed := change(o.data); !bytes.Equal(changed, o.data) {
				options = append(options, option{strings.TrimPrefix(o.form+", "+form, ", "), changed})
			}
		}
	}
	add("byte order mark left out", func(b []byte) []byte { return bytes.TrimPrefix(b, byteOrderMark) })
	add("line ends of Windows made those of Unix", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) })
	add("line end at the end left out", func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n")) })
	for _, o := range options {
		t, err := quote.NewText(o.data)
		if err != nil {
			return best, nil, "", fmt.Errorf("attach: %w", err)
		}
		y := s.look(x, t)
		if text == nil || y.Same() && !best.Same() || y.Same() == best.Same() && y.Shown() > best.Shown() {
			best, text, form = y, t, o.form
		}
	}
	return best, text, form, nil
}
