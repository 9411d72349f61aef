package casefile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/astara-corridors/astara/diag"
)

// shape is the form of a YAML node.
type shape uint8

const (
	sText   shape = iota // text, quoted or plain
	sInt                 // plain whole number
	sFloat               // plain number with a fraction or an exponent
	sBool                // plain true or false
	sNull                // nothing, null or ~
	sList                // sequence
	sRecord              // mapping
	sBad                 // reported already, not to be reported again
)

func (s shape) String() string {
	return [...]string{"text", "a whole number", "a number", "true or false", "nothing", "a list", "a record", "not readable"}[s]
}

// node is a YAML node with its place. Text is the value of a scalar.
type node struct {
	shape shape
	text  string
	pos   diag.Pos // of the first character; inside the quotes of a quoted text
	items []*node
	keys  []entry
	scale float64 // of a bare number, 0 for that of its field
}

// entry is a key of a mapping with its value.
type entry struct {
	key   string
	pos   diag.Pos
	value *node
}

// maxDepth bounds how deep values may be nested in a case file. The format
// itself needs 8 levels.
const maxDepth = 64

// parseYAML turns the text of a YAML file into a tree. Problems are reported;
// the tree is nil when nothing can be read, and lacks what cannot be read.
//
// Accepted is the part of YAML 1.2 that people need here: one document of plain
// mappings, lists and scalars. Anchors, aliases, tags, merge keys and several
// documents are refused, because a reader of the text should not have to run a
// second language in the head.
func parseYAML(file string, data []byte, l *diag.List) *node {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		reportBadUTF8(file, data, l)
		return nil
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	if tab, ok := firstTab(text); ok {
		tab.File = file
		d := l.Report(ruleYAMLTab, tab, "\t", "a tab in the indentation")
		d.Expected = "spaces"
		return nil
	}
	tree, err := parseAST(text)
	if t := (*tooDeep)(nil); errors.As(err, &t) {
		c := converter{file: file, l: l}
		l.Report(ruleYAMLDepth, c.at(t.at), "", "values are nested more than %d levels deep", maxDepth)
		return nil
	}
	if err != nil {
		reportSyntax(file, text, err, l)
		return nil
	}
	c := converter{file: file, l: l}
	var root *node
	for _, doc := range tree.Docs {
		if doc.Body == nil {
			continue
		}
		if d, ok := doc.Body.(*ast.DirectiveNode); ok {
			c.report(ruleYAMLFeature, d.Start, "a directive").Expected = "plain YAML without directives"
			continue
		}
		if root != nil {
			at := c.at(doc.Body.GetToken())
			if doc.Start != nil {
				at = c.at(doc.Start)
			}
			l.Report(ruleYAMLDocuments, at, "", "a second document in one file").Expected = "one document a file: no line \"---\" between two parts"
			break
		}
		root = c.node(doc.Body, 0)
		if root == nil {
			return nil
		}
	}
	return root
}

// parseAST calls the library. A panic inside it is reported as an error: it is
// a fault on some input, and the input is still the user's to mend.
func parseAST(text string) (f *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = nil, fmt.Errorf("parser stopped: %v", p)
		}
	}()
	tokens := lexer.Tokenize(text)
	if t := deepest(tokens); t != nil {
		return nil, &tooDeep{t}
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// tooDeep is the refusal of a text before it is parsed: the parser's time grows with
// the square of the depth, so a few hundred kilobytes of brackets would take an hour.
type tooDeep struct{ at *token.Token }

func (*tooDeep) Error() string { return "nested too deeply" }

// deepest is the first bracket, brace or dash that is nested more than [maxDepth] deep
// in others, dashes in those of its line, nil for none. Nesting by indentation is
// bounded by the size of the text: it needs the square of the depth in spaces.
func deepest(tokens token.Tokens) *token.Token {
	depth, line, dashes := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceEntryType:
			if t.Position.Line != line {
				line, dashes = t.Position.Line, 0
			}
			if dashes++; dashes > maxDepth+1 {
				return t
			}
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > maxDepth+1 {
				return t
			}
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
	}
	return nil
}

// converter turns the library's tree into ours.
type converter struct {
	file string
	l    *diag.List
}

func (c *converter) at(t *token.Token) diag.Pos {
	if t == nil || t.Position == nil {
		return diag.Pos{File: c.file}
	}
	p := diag.Pos{File: c.file, Line: t.Position.Line, Col: t.Position.Column, Len: utf8.RuneCountInString(t.Value)}
	if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		p.Col++
	}
	return p
}

func (c *converter) report(r *diag.Rule, t *token.Token, what string) *diag.Diagnostic {
	return c.l.Report(r, c.at(t), "", "%s is not used in case files", what)
}

// node converts a node; nil after reporting that it cannot stand.
func (c *converter) node(n ast.Node, depth int) *node {
	if depth > maxDepth {
		c.l.Report(ruleYAMLDepth, c.at(n.GetToken()), "", "values are nested more than %d levels deep", maxDepth)
		return nil
	}
	scalar := func(s shape, t *token.Token) *node {
		return &node{shape: s, text: t.Value, pos: c.at(t)}
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return scalar(sNull, n.Token)
	case *ast.IntegerNode:
		return scalar(sInt, n.Token)
	case *ast.FloatNode:
		return scalar(sFloat, n.Token)
	case *ast.InfinityNode:
		return scalar(sFloat, n.Token)
	case *ast.NanNode:
		return scalar(sFloat, n.Token)
	case *ast.BoolNode:
		return scalar(sBool, n.Token)
	case *ast.StringNode:
		s := scalar(sText, n.Token)
		s.text = n.Value
		return s
	case *ast.LiteralNode:
		s := &node{shape: sText, text: strings.TrimRight(n.Value.Value, "\n"), pos: c.at(n.Start)}
		if n.Value.Token != nil && n.Value.Token.Position != nil {
			s.pos = c.at(n.Value.Token)
			s.pos.Len = 0
		}
		return s
	case *ast.SequenceNode:
		s := &node{shape: sList, pos: c.at(n.Start)}
		s.pos.Len = 1
		for _, v := range n.Values {
			if item := c.node(v, depth+1); item != nil {
				s.items = append(s.items, item)
			}
		}
		return s
	case *ast.MappingNode:
		s := &node{shape: sRecord, pos: c.at(n.Start)}
		if !n.IsFlowStyle && len(n.Values) > 0 {
			s.pos = c.at(n.Values[0].Key.GetToken())
		} else {
			s.pos.Len = 1
		}
		c.entries(s, n.Values, depth)
		return s
	case *ast.MappingValueNode:
		s := &node{shape: sRecord, pos: c.at(n.Key.GetToken())}
		c.entries(s, []*ast.MappingValueNode{n}, depth)
		return s
	case *ast.AnchorNode:
		c.report(ruleYAMLFeature, n.Start, "an anchor (&)").Hint = "write the value out in each place"
	case *ast.AliasNode:
		c.report(ruleYAMLFeature, n.Start, "an alias (*)").Hint = "write the value out in each place; put quotes around a text that begins with *"
	case *ast.TagNode:
		c.report(ruleYAMLFeature, n.Start, "a tag (!)").Hint = "put quotes around a text that begins with !"
	case nil:
	default:
		c.report(ruleYAMLFeature, n.GetToken(), "this form of YAML")
	}
	return nil
}

func (c *converter) entries(s *node, values []*ast.MappingValueNode, depth int) {
	first := map[string]diag.Pos{}
	for _, v := range values {
		var t *token.Token
		key := ""
		switch k := v.Key.(type) {
		case *ast.StringNode:
			t, key = k.Token, k.Value
		case *ast.MergeKeyNode:
			c.report(ruleYAMLFeature, k.Token, "a merge key (<<)").Hint = "write the keys out in each place"
			continue
		case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
			t = k.GetToken()
			key = t.Value
		default:
			c.report(ruleYAMLFeature, v.Key.GetToken(), "a key that is not plain text")
			continue
		}
		pos := c.at(t)
		if at, dup := first[key]; dup {
			d := c.l.Report(ruleDuplicateKey, pos, key, "the key %q stands twice in one record", key)
			d.Also = append(d.Also, at)
			d.Hint = "remove one of the two"
			continue
		}
		first[key] = pos
		var value *node
		if v.Value == nil {
			value = &node{shape: sNull, pos: pos}
		} else if value = c.node(v.Value, depth+1); value == nil {
			value = &node{shape: sBad, pos: pos}
		}
		if value.shape == sNull {
			value.pos = pos
		}
		s.keys = append(s.keys, entry{key: key, pos: pos, value: value})
	}
}

// firstTab finds a tab that stands before the first other character of a line
// outside of nothing at all: YAML forbids tabs there.
func firstTab(text string) (diag.Pos, bool) {
	for i, line := range strings.Split(text, "\n") {
		body := strings.TrimLeft(line, " \t")
		if body == "" || body[0] == '#' {
			continue
		}
		if at := strings.IndexByte(line[:len(line)-len(body)], '\t'); at >= 0 {
			return diag.Pos{Line: i + 1, Col: at + 1, Len: 1}, true
		}
	}
	return diag.Pos{}, false
}

func reportBadUTF8(file string, data []byte, l *diag.List) {
	line := 1 + bytes.Count(data[:badByte(data)], []byte("\n"))
	start := bytes.LastIndexByte(data[:badByte(data)], '\n') + 1
	col := 1 + utf8.RuneCount(data[start:badByte(data)])
	d := l.Report(ruleNotUTF8, diag.Pos{File: file, Line: line, Col: col, Len: 1}, "", "the file is not UTF-8 text from here on")
	d.Hint = "save the file as UTF-8"
}

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

// openQuote returns a text in quotes just before t that runs over several
// lines: the usual cause of an error behind it is a quote that was forgotten.
func openQuote(t *token.Token) *token.Token {
	const near = 3 // tokens looked back
	for i := 0; t != nil && i < near; i, t = i+1, t.Prev {
		quoted := t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
		if quoted && t.Position != nil && strings.Contains(t.Origin, "\n") && strings.Contains(strings.TrimSpace(t.Origin), "\n") {
			return t
		}
	}
	return nil
}

// reportSyntax turns a syntax error of the library into our own words: it keeps
// the place and the class of the error and drops the text.
func reportSyntax(file, text string, err error, l *diag.List) {
	pos := diag.Pos{File: file, Line: 1, Col: 1}
	var syn *yaml.SyntaxError
	class := ""
	if errors.As(err, &syn) {
		class = syn.Message
		if open := openQuote(syn.Token); open != nil {
			d := l.Report(ruleYAMLSyntax, diag.Pos{File: file, Line: open.Position.Line, Col: max(open.Position.Column, 1)}, "", "a text in quotes goes on over the end of its line")
			d.Expected, d.Hint = "a closing quote", "an apostrophe inside '...' is written twice"
			return
		}
		if t := syn.Token; t != nil && t.Position != nil {
			pos.Line, pos.Col = max(t.Position.Line, 1), max(t.Position.Column, 1)
		}
	}
	lines := strings.Split(text, "\n")
	if pos.Line > len(lines) {
		pos.Line, pos.Col = len(lines), 1
	}
	said := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(class, p) {
				return true
			}
		}
		return false
	}
	message, expected, hint := "this is not valid YAML", "", "look at the indentation and the quotes of this line and the one above it"
	switch {
	case said("end character of single-quoted", "end character of double-quoted"):
		message, expected, hint = "a text in quotes is not closed", "a closing quote", "an apostrophe inside '...' is written twice"
	case said("sequence end token ']'", "',' or ']'"):
		message, expected, hint = "a list that begins with [ is not closed, or two of its items are not separated", "\",\" between items and \"]\" at the end", "put quotes around a text that holds , [ ] { } : or #"
	case said("end token '}'", "',' or '}'", "flow map content"):
		message, expected, hint = "a record that begins with { is not closed, or two of its keys are not separated", "\",\" between keys and \"}\" at the end", "put quotes around a text that holds , [ ] { } : or #"
	case said("corresponding to ']'", "corresponding to '}'"):
		message, expected, hint = "a closing bracket without its opening one", "[ before ], { before }", ""
	case said("expected sequence element"):
		message, expected, hint = "a list has a comma too many", "an item between two commas", ""
	case said("mapping value is not allowed", "map key-value is pre-defined", "value is not allowed"):
		message, expected, hint = "a second \": \" on the line, or a line that is indented too far", "one key a line", "put quotes around a text that holds \": \""
	case said("unexpected key name", "non-map value", "implicit line break", "unexpected map key", "invalid key", "expected map key-value", "block sequence entries"):
		message, expected, hint = "this line does not fit the lines around it", "\"key: value\" or \"- item\" at the indentation of its neighbours", "put quotes around a text that goes over several lines"
	case said("multi-line content"):
		message, expected, hint = "the lines after | or > are not indented", "lines indented deeper than the key", ""
	case said("undefined anchor", "anchor", "alias"):
		message, expected, hint = "anchors (&) and aliases (*) are not used in case files", "the value written out", "put quotes around a text that begins with & or *"
	case said("invalid number", "number"):
		message, expected, hint = "this is not a number", "digits, a point and digits", "put quotes around a text that looks like a number"
	case said("escape", "unknown escape", "hexadecimal", "unicode"):
		message, expected, hint = "an unknown escape in a text with double quotes", "\\n, \\t, \\\", \\\\ or \\uXXXX", "use single quotes: nothing is escaped inside them"
	case said("reserved character", "`", "@"):
		message, expected, hint = "a text may not begin with this character", "quotes around the text", ""
	case said("document separator", "directive", "end content"):
		message, expected, hint = "text after a document separator or a directive", "one plain document a file", ""
	}
	d := l.Report(ruleYAMLSyntax, pos, "", "%s", message)
	d.Expected, d.Hint = expected, hint
}
