package belief

// survey is what 5,174 people took phrases for: the middle 80 % of their
// answers, the middle half and the median, after the publisher's rule for
// outliers (more than four standard deviations from the mean of the phrase).
// "may", "might" and "could" alone are read as "may happen" and so on.
var survey = Lexicon{Name: "capphrase-2026", Kind: "middle 80 % of readers, with their median",
	Source: "A. J. Kucharski, CAPphrase, 2026, doi 10.5281/zenodo.18750055, CC BY 4.0", Terms: []Term{
		{Phrase: "will happen", Low: 0.95, High: 1, Centre: 1, Half: [2]float64{0.99, 1}, N: 5134},
		{Phrase: "almost certain", Low: 0.9, High: 0.99, Centre: 0.95, Half: [2]float64{0.9, 0.98}, N: 5143},
		{Phrase: "highly likely", Low: 0.8, High: 0.95, Centre: 0.9, Half: [2]float64{0.8, 0.9}, N: 5114},
		{Phrase: "very good chance", Low: 0.7, High: 0.9, Centre: 0.8, Half: [2]float64{0.75, 0.85}, N: 5147},
		{Phrase: "likely", Low: 0.6, High: 0.85, Centre: 0.75, Half: [2]float64{0.67, 0.8}, N: 5146},
		{Phrase: "probable", Low: 0.6, High: 0.85, Centre: 0.75, Half: [2]float64{0.65, 0.8}, N: 5151},
		{Phrase: "realistic possibility", Low: 0.25, High: 0.8, Centre: 0.6, Half: [2]float64{0.4, 0.75}, N: 5174},
		{Phrase: "better than even", Low: 0.51, High: 0.65, Centre: 0.6, Half: [2]float64{0.55, 0.6}, N: 5119},
		{Phrase: "about even", Low: 0.5, High: 0.5, Centre: 0.5, Half: [2]float64{0.5, 0.5}, N: 5131},
		{Phrase: "may happen", Low: 0.2, High: 0.6, Centre: 0.4, Half: [2]float64{0.3, 0.51}, N: 5174},
		{Phrase: "may", Low: 0.2, High: 0.6, Centre: 0.4, Half: [2]float64{0.3, 0.51}, N: 5174},
		{Phrase: "could happen", Low: 0.15, High: 0.6, Centre: 0.4, Half: [2]float64{0.25, 0.5}, N: 5174},
		{Phrase: "could", Low: 0.15, High: 0.6, Centre: 0.4, Half: [2]float64{0.25, 0.5}, N: 5174},
		{Phrase: "might happen", Low: 0.15, High: 0.6, Centre: 0.4, Half: [2]float64{0.25, 0.5}, N: 5174},
		{Phrase: "might", Low: 0.15, High: 0.6, Centre: 0.4, Half: [2]float64{0.25, 0.5}, N: 5174},
		{Phrase: "unlikely", Low: 0.05, High: 0.3, Centre: 0.2, Half: [2]float64{0.1, 0.25}, N: 5150},
		{Phrase: "little chance", Low: 0.05, High: 0.2, Centre: 0.1, Half: [2]float64{0.05, 0.15}, N: 5153},
		{Phrase: "chances are slight", Low: 0.05, High: 0.219, Centre: 0.1, Half: [2]float64{0.05, 0.15}, N: 5112},
		{Phrase: "improbable", Low: 0.01, High: 0.3, Centre: 0.1, Half: [2]float64{0.05, 0.2}, N: 5151},
		{Phrase: "remote chance", Low: 0.01, High: 0.2, Centre: 0.05, Half: [2]float64{0.03, 0.1}, N: 5104},
		{Phrase: "highly unlikely", Low: 0.01, High: 0.15, Centre: 0.05, Half: [2]float64{0.05, 0.1}, N: 5078},
		{Phrase: "almost no chance", Low: 0.01, High: 0.07, Centre: 0.02, Half: [2]float64{0.01, 0.05}, N: 5149},
	}}
