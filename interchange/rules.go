package interchange

import "github.com/astara-corridors/astara/diag"

// The rules of the readers.
var (
	ruleSyntax     = diag.NewRule("A260", "tntp-syntax", diag.Error, "a line of a TNTP file cannot be read")
	ruleNumber     = diag.NewRule("A261", "tntp-number", diag.Error, "a field of a TNTP file is not a finite number, or not a whole one where that is needed")
	ruleMetadata   = diag.NewRule("A262", "tntp-metadata", diag.Error, "a metadata line of a TNTP file is missing, doubled or contradicts another")
	ruleCount      = diag.NewRule("A263", "tntp-count", diag.Error, "a TNTP file has another number of rows than it declares")
	ruleColumns    = diag.NewRule("A264", "tntp-columns", diag.Error, "a row of a TNTP file has too few or too many fields")
	ruleNode       = diag.NewRule("A265", "tntp-node", diag.Error, "a TNTP file names a node or zone out of range")
	ruleNegative   = diag.NewRule("A266", "tntp-negative", diag.Error, "a figure is negative that cannot be")
	ruleCapacity   = diag.NewRule("A267", "tntp-capacity", diag.Error, "a link whose time depends on volume has no capacity")
	rulePower      = diag.NewRule("A268", "tntp-power", diag.Warning, "a link has B but power 0: its time is constant, free-flow time times 1 + B")
	ruleDuplicate  = diag.NewRule("A269", "tntp-duplicate-link", diag.Warning, "two links join the same two nodes in the same direction; studies differ on whether both count")
	ruleLoop       = diag.NewRule("A270", "tntp-loop", diag.Warning, "a link starts and ends at the same node and is never used")
	ruleZeroTime   = diag.NewRule("A271", "tntp-zero-time", diag.Note, "links have free-flow time 0, so cheapest ways are not unique")
	ruleNoThrough  = diag.NewRule("A272", "tntp-first-thru", diag.Note, "zones may be passed through, because the first thru node is not above the zones")
	ruleTotal      = diag.NewRule("A380", "tntp-total", diag.Warning, "the trips of a TNTP file do not add up to the total it declares")
	rulePairTwice  = diag.NewRule("A381", "pair-twice", diag.Error, "a pair of zones is given twice")
	ruleOrigin     = diag.NewRule("A382", "tntp-origin", diag.Error, "trips stand before the first Origin line")
	ruleTrips      = diag.NewRule("A383", "bad-trips", diag.Error, "a number of trips is negative or not a number")
	ruleFlowLink   = diag.NewRule("A384", "tntp-flow-link", diag.Error, "a flow file names a link that the network does not have, or leaves one out")
	ruleMatrix     = diag.NewRule("A385", "matrix-columns", diag.Error, "a matrix table does not have the columns origin, destination and value")
	ruleMatrixZone = diag.NewRule("A386", "matrix-zone", diag.Error, "a matrix names a zone that the network does not have")

	ruleUnreachable = diag.NewRule("A387", "unreachable-pair", diag.Error, "trips go between zones that no way joins")
	ruleOMX         = diag.NewRule("A390", "omx-file", diag.Error, "an OMX file cannot be read, or a matrix of it")
	ruleOMXChoice   = diag.NewRule("A391", "omx-choice", diag.Error, "an OMX file has no such matrix or lookup, or several to choose from")
	ruleOMXShape    = diag.NewRule("A392", "omx-shape", diag.Error, "a matrix or lookup of an OMX file has a shape that does not go with the zones")
	ruleOMXVersion  = diag.NewRule("A393", "omx-attributes", diag.Warning, "OMX_VERSION or SHAPE of an OMX file does not say what was found")

	ruleGMNSMissing     = diag.NewRule("A280", "gmns-missing", diag.Error, "a GMNS file or column that is needed is missing")
	ruleGMNSValue       = diag.NewRule("A281", "gmns-value", diag.Error, "a cell of a GMNS table has a value that its field does not allow")
	ruleGMNSID          = diag.NewRule("A282", "gmns-duplicate-id", diag.Error, "two rows of a GMNS table have the same id")
	ruleGMNSRef         = diag.NewRule("A283", "gmns-unknown-id", diag.Error, "a GMNS table names a node or zone that does not exist")
	ruleGMNSUnit        = diag.NewRule("A284", "gmns-unit", diag.Error, "lengths of a GMNS network disagree with its coordinates under the declared unit")
	ruleGMNSNoUnit      = diag.NewRule("A285", "gmns-unknown-unit", diag.Warning, "a unit of a GMNS network is not declared or not known, so it was not checked")
	ruleGMNSSpeed       = diag.NewRule("A286", "gmns-speed", diag.Error, "free speeds of a GMNS network are not plausible under the declared unit")
	ruleGMNSNoSpeed     = diag.NewRule("A287", "gmns-no-speed", diag.Error, "a link of a GMNS network has no free speed or length, so it has no time")
	ruleGMNSNoDirection = diag.NewRule("A289", "gmns-no-direction", diag.Warning, "links of a GMNS network do not say whether they are one way")
	ruleGMNSLength      = diag.NewRule("A288", "gmns-short-link", diag.Warning, "a link is much shorter than the distance between its nodes")
)
