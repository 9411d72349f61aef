package ledger

import (
	"encoding/json"
	"fmt"

	"github.com/astara-corridors/astara/belief"
)

// Publisher is who publishes reviews, and how sources and speakers are named.
type Publisher struct {
	Name, URL string
	Speaker   func(id string) string                             // full name of a speaker
	Source    func(id string) (title, publisher, address string) // where the claim was made, and what evidence rests on
	Evidence  func(id string) []string                           // sources behind a piece of evidence; nil: none is named
}

// thing is a node of schema.org; encoding/json sorts its keys.
type thing map[string]any

// work is a document.
func work(title, publisher, address string) thing {
	w := thing{"@type": "CreativeWork", "headline": title, "publisher": thing{"@type": "Organization", "name": publisher}}
	if address != "" {
		w["url"] = address
	}
	return w
}

// happened says of a claim that takes no side whether its thing came about.
func happened(a Answer) string {
	switch a {
	case Yes:
		return ": it happened"
	case No:
		return ": it did not happen"
	}
	return ""
}

// Reviews writes the settled claims as ClaimReview (schema.org), a JSON array
// with two-space indents. The claim is reviewed in the words of the case: the
// words of the source are not part of it. Ratings: 5 held, 1 failed, none for
// annulled, whose name says why.
func Reviews(claims []belief.Claim, rows []Resolution, p Publisher) ([]byte, error) {
	now, err := Now(rows)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range claims {
		at[claims[i].ID] = i
	}
	out := []thing{}
	for _, s := range now {
		i, ok := at[s.Claim]
		if !ok {
			return nil, fmt.Errorf("ledger: there is no claim %q", s.Claim)
		}
		if !s.Verdict.Settled() {
			continue
		}
		c := &claims[i]
		rating := thing{"@type": "Rating", "bestRating": 5, "worstRating": 1}
		switch s.Verdict {
		case Held:
			rating["ratingValue"], rating["alternateName"] = 5, "Held"+happened(s.Happened)
		case Failed:
			rating["ratingValue"], rating["alternateName"] = 1, "Failed"+happened(s.Happened)
		default:
			rating["alternateName"] = "Annulled: its condition did not come about"
		}
		review := thing{
			"@context":      "https://schema.org",
			"@type":         "ClaimReview",
			"claimReviewed": c.Paraphrase,
			"datePublished": s.Added.String(),
			"author":        thing{"@type": "Organization", "name": p.Name},
			"itemReviewed": thing{
				"@type":         "Claim",
				"author":        thing{"@type": "Person", "name": p.Speaker(c.Speaker)},
				"datePublished": c.Date.String(),
				"appearance":    work(p.Source(c.Source)),
			},
			"reviewRating": rating,
			"reviewBody":   s.Note,
			"identifier":   c.ID,
		}
		if p.Evidence != nil {
			citations := []thing{}
			for _, id := range s.Evidence {
				for _, source := range p.Evidence(id) {
					citations = append(citations, work(p.Source(source)))
				}
			}
			review["citation"] = citations
		}
		if p.URL != "" {
			review["url"] = p.URL + "#" + c.ID
		}
		out = append(out, review)
	}
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("ledger: reviews: %w", err)
	}
	return append(data, '\n'), nil
}
