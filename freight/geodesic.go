package freight

import "math"

// WGS 84 ellipsoid.
const (
	wgsA = 6378.137 // km
	wgsF = 1 / 298.257223563
)

// Geodesic is the length in kilometres of the shortest line on the WGS 84
// ellipsoid between two points in degrees, by Vincenty's inverse formula
// (Vincenty 1975, Survey Review 23, 88-93; good to millimetres). Between nearly
// opposite points, where it does not converge, the great circle on the mean
// sphere is returned (within 0.6 %).
func Geodesic(x1, y1, x2, y2 float64) float64 {
	const rad = math.Pi / 180
	b := wgsA * (1 - wgsF)
	l := (x2 - x1) * rad
	u1, u2 := math.Atan((1-wgsF)*math.Tan(y1*rad)), math.Atan((1-wgsF)*math.Tan(y2*rad))
	s1, c1 := math.Sincos(u1)
	s2, c2 := math.Sincos(u2)
	lambda := l
	for i := 0; i < 100; i++ {
		sl, cl := math.Sincos(lambda)
		sinS := math.Hypot(c2*sl, c1*s2-s1*c2*cl)
		if sinS == 0 {
			return 0
		}
		cosS := s1*s2 + c1*c2*cl
		sigma := math.Atan2(sinS, cosS)
		sinA := c1 * c2 * sl / sinS
		cos2A := 1 - sinA*sinA
		cosM := 0.0
		if cos2A != 0 {
			cosM = cosS - 2*s1*s2/cos2A
		}
		c := wgsF / 16 * cos2A * (4 + wgsF*(4-3*cos2A))
		next := l + (1-c)*wgsF*sinA*(sigma+c*sinS*(cosM+c*cosS*(2*cosM*cosM-1)))
		if math.Abs(next-lambda) < 1e-12 {
			uu := cos2A * (wgsA*wgsA - b*b) / (b * b)
			ka := 1 + uu/16384*(4096+uu*(-768+uu*(320-175*uu)))
			kb := uu / 1024 * (256 + uu*(-128+uu*(74-47*uu)))
			ds := kb * sinS * (cosM + kb/4*(cosS*(2*cosM*cosM-1)-kb/6*cosM*(4*sinS*sinS-3)*(4*cosM*cosM-3)))
			return b * ka * (sigma - ds)
		}
		lambda = next
	}
	h := math.Pow(math.Sin((y2-y1)*rad/2), 2) + math.Cos(y1*rad)*math.Cos(y2*rad)*math.Pow(math.Sin(l/2), 2)
	return 2 * 6371.0088 * math.Asin(math.Min(1, math.Sqrt(h)))
}
