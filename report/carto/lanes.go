package carto

import (
	"fmt"
	"math"
	"sort"

	"github.com/astara-corridors/astara/internal/atlas"
)

// Lanes draws sea legs along the usual ways of ships instead of across land.
// It is for drawing only: lengths and costs never come from here. Legs that
// share a lane share its points, so their flows can be drawn as one ribbon. What
// was found is remembered: one Lanes serves all maps of a page. Not for
// concurrent use.
type Lanes struct {
	land  *atlas.Map           // nil: nothing is known of land
	ways  map[string][]Point   // by ends and straits
	ports map[Point][]landfall // by place
}

// landfall is a lane point within reach of a port and what the way there
// counts.
type landfall struct {
	point int
	cost  float64
}

// NewLanes returns lanes that keep ports' approaches off the land of m, which
// may be nil.
func NewLanes(m *atlas.Map) *Lanes {
	return &Lanes{land: m, ways: map[string][]Point{}, ports: map[Point][]landfall{}}
}

// lanePoint is a turning point at sea; gate names the strait it stands in.
type lanePoint struct {
	id   string
	x, y float64
	gate string
}

// lanePoints are placed by hand from an atlas. Gates carry the names the
// maritime network uses for straits.
var lanePoints = []lanePoint{
	{"shanghai", 122.8, 30.8, ""}, {"taiwan", 119.9, 24.6, ""}, {"hongkong", 115, 21, ""}, {"southchina", 110.5, 11, ""},
	{"singapore", 104.6, 1.5, ""}, {"malacca", 100.6, 3.2, "malacca"}, {"andaman", 95, 6.1, ""}, {"java", 107, -4.5, ""}, {"sunda", 105.4, -6.3, "sunda"},
	{"celebes", 121.5, 4, ""}, {"makassar", 118.4, -1.5, ""}, {"lombok", 115.7, -9, ""},
	{"ceylon", 80.6, 5.5, ""}, {"comorin", 76.2, 7.8, ""}, {"bombay", 72, 18.6, ""}, {"kutch", 68.6, 22.2, ""}, {"karachi", 66.4, 24.2, ""},
	{"arabian", 63, 19, ""}, {"makran", 60.5, 24.7, ""}, {"oman", 58.4, 25, ""}, {"ormuz", 56.5, 26.35, "ormuz"}, {"gulf1", 54.2, 25.9, ""}, {"gulf2", 51.6, 27.6, ""}, {"gulf3", 49.6, 29.3, ""},
	{"laccadive", 66, 11.8, ""}, {"socotra", 53, 13.4, ""}, {"aden", 46, 12.3, ""}, {"bab", 43.35, 12.6, "babalmandab"}, {"red1", 41, 16, ""}, {"red2", 38.2, 20.5, ""}, {"red3", 35.2, 25.4, ""},
	{"suezsouth", 32.75, 29.2, ""}, {"suez", 32.4, 30.5, "suez"}, {"suezNorth", 32.35, 31.6, ""}, {"levant", 34.2, 33.2, ""}, {"levantnorth", 35.2, 35.3, ""}, {"cilicia", 34.4, 36.3, ""},
	{"rhodes", 27.6, 35.3, ""}, {"crete", 24, 34.3, ""}, {"kythira", 23.1, 36.1, ""}, {"cyclades", 24.6, 37.6, ""}, {"ikaria", 26.2, 37.3, ""}, {"lemnos", 25.4, 39.5, ""},
	{"dardanelles", 26.4, 40.15, "dardanelles"}, {"marmara", 28.1, 40.7, ""}, {"bosporus", 29.1, 41.15, "bosporus"},
	{"euxine1", 30.6, 42.1, ""}, {"euxine2", 34, 43, ""}, {"euxine3", 38.2, 42.7, ""}, {"colchis", 41, 42, ""}, {"dobruja", 29.3, 43.9, ""}, {"odesa", 30.9, 46, ""}, {"kuban", 37.2, 44.5, ""}, {"kerch", 36.6, 45.25, "kerch"}, {"azov", 38.6, 46.9, ""},
	{"malta", 14.8, 36, ""}, {"sicily", 11, 37.5, ""}, {"algiers", 3, 37.2, ""}, {"gibraltar", -5.6, 35.95, "gibraltar"}, {"vincent", -9.7, 36.7, ""}, {"finisterre", -10.2, 43.4, ""}, {"ushant", -6, 48.8, ""},
	{"dover", 1.4, 50.95, ""}, {"maas", 3.7, 52, ""}, {"bight", 7.8, 54.1, ""}, {"skagen", 9.6, 57.9, ""}, {"kattegat", 11.4, 56.8, ""}, {"sound", 12.7, 55.6, ""}, {"arkona", 14, 54.9, ""}, {"gotland", 18.6, 56.2, ""}, {"hiiumaa", 21.3, 58.9, ""}, {"finland", 25, 59.75, ""}, {"kotlin", 29.2, 60, ""},
	{"norway1", 4, 61, ""}, {"norway2", 9, 66, ""}, {"norway3", 17, 70.2, ""}, {"northcape", 26, 71.5, ""}, {"kola", 33.8, 69.6, ""},
	{"chagos", 66, -4, ""}, {"mauritius", 57, -16, ""}, {"indian", 85, -12, ""}, {"indian2", 60, -27, ""}, {"durban", 33.5, -32.5, ""}, {"cape", 18.2, -35.3, "south_africa"}, {"namibia", 8, -20, ""}, {"guinea", -9, 2, ""}, {"dakar", -18.3, 14.5, ""}, {"canary", -14.5, 29, ""},
	{"santos", -45.6, -24.6, ""}, {"frio", -41, -23.7, ""}, {"recife", -33.6, -8, ""}, {"verde", -20.4, 14.5, ""},
	{"caspNorth", 48.9, 45.1, ""}, {"casp1", 49.4, 43.6, ""}, {"casp2", 50.4, 42.2, ""}, {"aktau", 50.8, 43.3, ""}, {"casp3", 50.9, 41.2, ""}, {"absheron", 50.9, 40.3, ""}, {"casp4", 50.4, 39.6, ""}, {"casp5", 50.4, 38.4, ""}, {"gilan", 49.7, 37.8, ""}, {"casp6", 51.6, 38, ""}, {"mazandaran", 52.9, 37.1, ""}, {"balkan", 52.4, 39.9, ""},
}

// laneEdges join lane points; each is sailed both ways.
var laneEdges = [][]string{
	{"shanghai", "taiwan", "hongkong", "southchina", "singapore", "malacca", "andaman", "ceylon", "comorin", "bombay", "kutch", "karachi", "makran", "oman", "ormuz", "gulf1", "gulf2", "gulf3"},
	{"singapore", "java", "sunda", "indian", "chagos", "laccadive"}, {"southchina", "java"}, {"indian", "ceylon"}, {"sunda", "ceylon"},
	{"hongkong", "celebes", "makassar", "lombok", "indian"},
	{"bombay", "arabian", "oman"}, {"kutch", "oman"}, {"kutch", "makran"}, {"arabian", "socotra"}, {"bombay", "socotra"}, {"oman", "arabian"},
	{"ceylon", "laccadive", "socotra", "aden", "bab", "red1", "red2", "red3", "suezsouth", "suez", "suezNorth", "crete", "malta", "sicily", "algiers", "gibraltar", "vincent", "finisterre", "ushant", "dover", "maas", "bight", "skagen", "kattegat", "sound", "arkona", "gotland", "hiiumaa", "finland", "kotlin"},
	{"suezNorth", "levant", "levantnorth", "cilicia"}, {"suezNorth", "rhodes", "ikaria", "lemnos", "dardanelles", "marmara", "bosporus", "euxine1", "euxine2", "euxine3", "colchis"},
	{"rhodes", "cilicia"}, {"crete", "kythira", "cyclades", "lemnos"}, {"malta", "kythira"}, {"ikaria", "cyclades"}, {"crete", "rhodes"},
	{"euxine1", "dobruja", "odesa"}, {"bosporus", "dobruja"}, {"euxine1", "euxine3"}, {"euxine2", "kuban", "kerch", "azov"}, {"kuban", "euxine3"}, {"kuban", "colchis"}, {"euxine2", "dobruja"},
	{"maas", "norway1", "norway2", "norway3", "northcape", "kola"}, {"skagen", "norway1"},
	{"bombay", "chagos", "mauritius", "durban", "cape", "namibia", "guinea", "dakar", "canary", "vincent"}, {"indian", "indian2", "durban"}, {"socotra", "chagos"}, {"laccadive", "mauritius"},
	{"santos", "frio", "recife", "verde", "canary"}, {"recife", "namibia"},
	{"caspNorth", "casp1", "casp2", "casp3", "absheron", "casp4", "casp5", "gilan"}, {"casp5", "casp6", "mazandaran"}, {"absheron", "casp6"}, {"aktau", "casp2"}, {"aktau", "casp1"}, {"casp3", "balkan"}, {"absheron", "balkan"}, {"balkan", "casp6"}, {"gilan", "mazandaran"}, {"aktau", "balkan"}, {"casp4", "balkan"},
}

// approaches is how many lane points a port tries.
const approaches = 4

// farthestApproach is how far a port may be from the lanes, km. It is
// also the longest leg drawn straight where no lane goes.
const farthestApproach = 1500

// overLand is how much longer a kilometre over land counts on an approach.
const overLand = 25

// Way returns the points of a sea leg from a to b in degrees, both included.
// Lane points in straits that the leg does not name are not used. It is nil when
// no lane leads there and the leg is too long to be drawn straight.
func (l *Lanes) Way(a, b Point, straits []string) []Point {
	key := fmt.Sprint(a, b, straits)
	way, ok := l.ways[key]
	if !ok {
		way = l.find(a, b, straits)
		l.ways[key] = way
	}
	return way
}

func (l *Lanes) find(a, b Point, straits []string) []Point {
	direct := km(a, b)
	straight := direct + (overLand-1)*l.dry(a, b)
	n := len(lanePoints)
	index := map[string]int{}
	open := make([]bool, n)
	for i, p := range lanePoints {
		index[p.id] = i
		open[i] = p.gate == "" || contains(straits, p.gate)
	}
	near := make([][]edge, n+2)
	add := func(i, j int, c float64) {
		near[i] = append(near[i], edge{j, c})
		near[j] = append(near[j], edge{i, c})
	}
	for _, chain := range laneEdges {
		for k := 1; k < len(chain); k++ {
			i, j := index[chain[k-1]], index[chain[k]]
			if open[i] && open[j] {
				add(i, j, km(at(i), at(j)))
			}
		}
	}
	for end, p := range []Point{a, b} {
		taken := 0
		for _, q := range l.landfalls(p) {
			if open[q.point] && taken < approaches {
				add(n+end, q.point, q.cost)
				taken++
			}
		}
	}
	way, cost := shortest(near, n, n+1)
	const fair = 1.02 // a straight leg is preferred when lanes are no shorter
	if straight <= cost*fair && (way == nil && direct <= farthestApproach || way != nil && l.land != nil) {
		return []Point{a, b}
	}
	if way == nil {
		return nil
	}
	out := []Point{a}
	for _, i := range way[1 : len(way)-1] {
		out = append(out, at(i))
	}
	return append(out, b)
}

func at(i int) Point { return Point{lanePoints[i].x, lanePoints[i].y} }

// landfalls lists the nearest lane points of a place, the easiest first.
func (l *Lanes) landfalls(p Point) []landfall {
	if list, ok := l.ports[p]; ok {
		return list
	}
	var list []landfall
	for i := range lanePoints {
		if d := km(p, at(i)); d < farthestApproach {
			list = append(list, landfall{i, d})
		}
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].cost < list[b].cost })
	const tried = 4 * approaches
	if len(list) > tried {
		list = list[:tried]
	}
	for i := range list {
		list[i].cost += (overLand - 1) * l.dry(p, at(list[i].point))
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].cost < list[b].cost })
	l.ports[p] = list
	return list
}

// dry is the length over land between two places, km, sampled every 25 km.
func (l *Lanes) dry(a, b Point) float64 {
	if l.land == nil {
		return 0
	}
	d := km(a, b)
	n := int(d/25) + 1
	hits := 0
	for i := 0; i <= n; i++ {
		t := float64(i) / float64(n)
		if l.land.Land(a[0]+t*(b[0]-a[0]), a[1]+t*(b[1]-a[1])) {
			hits++
		}
	}
	return d * float64(hits) / float64(n+1)
}

type edge struct {
	to   int
	cost float64
}

// shortest is Dijkstra's algorithm on a graph of a hundred points: plain scan.
func shortest(near [][]edge, from, to int) ([]int, float64) {
	n := len(near)
	dist, prev, done := make([]float64, n), make([]int, n), make([]bool, n)
	for i := range dist {
		dist[i], prev[i] = math.Inf(1), -1
	}
	dist[from] = 0
	for {
		u := -1
		for i := range dist {
			if !done[i] && !math.IsInf(dist[i], 1) && (u < 0 || dist[i] < dist[u]) {
				u = i
			}
		}
		if u < 0 {
			return nil, math.Inf(1)
		}
		if u == to {
			break
		}
		done[u] = true
		for _, e := range near[u] {
			if c := dist[u] + e.cost; c < dist[e.to] {
				dist[e.to], prev[e.to] = c, u
			}
		}
	}
	var way []int
	for i := to; i >= 0; i = prev[i] {
		way = append(way, i)
	}
	for i, j := 0, len(way)-1; i < j; i, j = i+1, j-1 {
		way[i], way[j] = way[j], way[i]
	}
	return way, dist[to]
}

// km is the great-circle distance by the haversine formula.
func km(a, b Point) float64 {
	s1 := math.Sin(radians(b[1]-a[1]) / 2)
	s2 := math.Sin(radians(b[0]-a[0]) / 2)
	h := s1*s1 + math.Cos(radians(a[1]))*math.Cos(radians(b[1]))*s2*s2
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
