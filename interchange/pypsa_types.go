package interchange

// lineType is the series impedance of a line, ohm per km in a table of types.
type lineType struct{ r, x float64 }

// transformerType is a two-winding transformer: rated power in MVA, short-circuit
// voltage and its resistive part in percent, phase shift in degrees, taps.
type transformerType struct{ rated, vsc, vscr, shift, neutral, step float64 }

// lineTypes are the types that lines of a folder may name: its own and the standard ones.
func (p *pypsaFolder) lineTypes() map[string]lineType {
	t := p.component("line_types")
	if len(t.names) == 0 {
		return standardLines
	}
	out := map[string]lineType{}
	for name, k := range standardLines {
		out[name] = k
	}
	r, x := t.values("r_per_length", 0), t.values("x_per_length", 0)
	for i, name := range t.names {
		out[name] = lineType{r.static[i], x.static[i]}
	}
	return out
}

// transformerTypes are the types that transformers of a folder may name.
func (p *pypsaFolder) transformerTypes() map[string]transformerType {
	t := p.component("transformer_types")
	if len(t.names) == 0 {
		return standardTransformers
	}
	out := map[string]transformerType{}
	for name, k := range standardTransformers {
		out[name] = k
	}
	rated, vsc, vscr, shift, neutral, step := t.values("s_nom", 0), t.values("vsc", 0), t.values("vscr", 0), t.values("phase_shift", 0), t.values("tap_neutral", 0), t.values("tap_step", 0)
	for i, name := range t.names {
		out[name] = transformerType{rated.static[i], vsc.static[i], vscr.static[i], shift.static[i], neutral.static[i], step.static[i]}
	}
	return out
}

// standardLines are the standard types of PyPSA 1.3, which its folders name without
// holding them. Figures: pandapower's standard types after Heuck, Dettmann and Schulz,
// "Elektrische Energieversorgung" (8th ed., 2010); Oeding and Oswald, "Elektrische
// Kraftwerke und Netze" (2011), chapter 9 and appendix; HVDC cables: ENTSO-E, "Offshore
// Transmission Technology" (2011).
var standardLines = map[string]lineType{
	"149-AL1/24-ST1A 10.0":             {0.194, 0.315},
	"149-AL1/24-ST1A 110.0":            {0.194, 0.41},
	"149-AL1/24-ST1A 20.0":             {0.194, 0.337},
	"15-AL1/3-ST1A 0.4":                {1.8769, 0.35},
	"184-AL1/30-ST1A 110.0":            {0.1571, 0.4},
	"184-AL1/30-ST1A 20.0":             {0.1571, 0.33},
	"24-AL1/4-ST1A 0.4":                {1.2012, 0.335},
	"243-AL1/39-ST1A 110.0":            {0.1188, 0.39},
	"243-AL1/39-ST1A 20.0":             {0.1188, 0.32},
	"305-AL1/39-ST1A 110.0":            {0.0949, 0.38},
	"34-AL1/6-ST1A 10.0":               {0.8342, 0.36},
	"34-AL1/6-ST1A 20.0":               {0.8342, 0.382},
	"48-AL1/8-ST1A 0.4":                {0.5939, 0.3},
	"48-AL1/8-ST1A 10.0":               {0.5939, 0.35},
	"48-AL1/8-ST1A 20.0":               {0.5939, 0.372},
	"48-AL1/8-ST1A 110.0":              {0.5939, 0.46},
	"70-AL1/11-ST1A 10.0":              {0.4132, 0.339},
	"70-AL1/11-ST1A 20.0":              {0.4132, 0.36},
	"70-AL1/11-ST1A 110.0":             {0.4132, 0.45},
	"94-AL1/15-ST1A 0.4":               {0.306, 0.29},
	"94-AL1/15-ST1A 10.0":              {0.306, 0.33},
	"94-AL1/15-ST1A 20.0":              {0.306, 0.35},
	"94-AL1/15-ST1A 110.0":             {0.306, 0.44},
	"122-AL1/20-ST1A 10.0":             {0.2376, 0.323},
	"122-AL1/20-ST1A 20.0":             {0.2376, 0.344},
	"122-AL1/20-ST1A 110.0":            {0.2376, 0.43},
	"490-AL1/64-ST1A 220.0":            {0.059, 0.285},
	"490-AL1/64-ST1A 380.0":            {0.059, 0.253},
	"490-AL1/64-ST1A 110.0":            {0.059, 0.37},
	"679-AL1/86-ST1A 110.0":            {0.042, 0.36},
	"679-AL1/86-ST1A 220.0":            {0.042, 0.275},
	"679-AL1/86-ST1A 380.0":            {0.042, 0.25},
	"N2XS(FL)2Y 1x120 RM/35 64/110 kV": {0.153, 0.166},
	"N2XS(FL)2Y 1x185 RM/35 64/110 kV": {0.099, 0.156},
	"N2XS(FL)2Y 1x240 RM/35 64/110 kV": {0.075, 0.149},
	"N2XS(FL)2Y 1x300 RM/35 64/110 kV": {0.06, 0.144},
	"NA2XS2Y 1x95 RM/25 6/10 kV":       {0.313, 0.123},
	"NA2XS2Y 1x185 RM/25 6/10 kV":      {0.161, 0.11},
	"NA2XS2Y 1x240 RM/25 6/10 kV":      {0.122, 0.105},
	"NA2XS2Y 1x150 RM/25 12/20 kV":     {0.206, 0.116},
	"NA2XS2Y 1x185 RM/25 12/20 kV":     {0.161, 0.117},
	"NA2XS2Y 1x240 RM/25 12/20 kV":     {0.122, 0.112},
	"NA2XS2Y 1x120 RM/25 12/20 kV":     {0.253, 0.119},
	"NA2XS2Y 1x70 RM/25 12/20 kV":      {0.443, 0.132},
	"NA2XS2Y 1x95 RM/25 12/20 kV":      {0.313, 0.132},
	"NA2XS2Y 1x150 RM/25 6/10 kV":      {0.206, 0.11},
	"NA2XS2Y 1x120 RM/25 6/10 kV":      {0.253, 0.113},
	"NA2XS2Y 1x70 RM/25 6/10 kV":       {0.443, 0.123},
	"NAYY 4x120 SE":                    {0.225, 0.08},
	"NAYY 4x150 SE":                    {0.208, 0.08},
	"NAYY 4x50 SE":                     {0.642, 0.083},
	"Al/St 240/40 2-bundle 220.0":      {0.06, 0.301},
	"Al/St 240/40 3-bundle 300.0":      {0.04, 0.265},
	"Al/St 240/40 4-bundle 380.0":      {0.03, 0.246},
	"Al/St 490/64 4-bundle 380.0":      {0.015, 0.16},
	"HTLS 4-bundle 380.0":              {0.02, 0.26},
	"Al/St 560/50 4-bundle 750.0":      {0.013, 0.276},
	"HVDC XLPE 1000":                   {0.0022, 1e-06},
	"HVDC Oil filled 1400":             {0.00264, 1e-06},
}

// standardTransformers are the standard types of PyPSA 1.3. Figures: pandapower's standard
// types after Oswald, lecture notes "Transformatoren".
var standardTransformers = map[string]transformerType{
	"0.25 MVA 10/0.4 kV": {0.25, 4, 1.2, 150, 0, 2.5},
	"0.25 MVA 20/0.4 kV": {0.25, 6, 1.44, 150, 0, 2.5},
	"0.4 MVA 10/0.4 kV":  {0.4, 4, 1.325, 150, 0, 2.5},
	"0.4 MVA 20/0.4 kV":  {0.4, 6, 1.425, 150, 0, 2.5},
	"0.63 MVA 10/0.4 kV": {0.63, 4, 1.0794, 150, 0, 2.5},
	"0.63 MVA 20/0.4 kV": {0.63, 6, 1.206, 150, 0, 2.5},
	"100 MVA 220/110 kV": {100, 12, 0.26, 0, 0, 1.5},
	"160 MVA 380/110 kV": {160, 12.2, 0.25, 0, 0, 1.5},
	"25 MVA 110/10 kV":   {25, 10.04, 0.276, 150, 0, 1.5},
	"25 MVA 110/20 kV":   {25, 11.2, 0.282, 150, 0, 1.5},
	"40 MVA 110/10 kV":   {40, 10.04, 0.295, 150, 0, 1.5},
	"40 MVA 110/20 kV":   {40, 11.2, 0.302, 150, 0, 1.5},
	"63 MVA 110/10 kV":   {63, 10.04, 0.31, 150, 0, 1.5},
	"63 MVA 110/20 kV":   {63, 11.2, 0.322, 150, 0, 1.5},
}
