package stat

import "math"

// kolmogorovSurvival is P(K >= x) of Kolmogorov's limiting distribution. The
// two series are each other's transform and converge fast on either side of 1.
func kolmogorovSurvival(x float64) float64 {
	if x <= 0 {
		return 1
	}
	sum := 0.0
	if x < 1 {
		for j := 1.0; j <= 9; j += 2 {
			sum += math.Exp(-j * j * math.Pi * math.Pi / (8 * x * x))
		}
		return 1 - math.Sqrt(2*math.Pi)/x*sum
	}
	for j, sign := 1.0, 1.0; j <= 8; j, sign = j+1, -sign {
		sum += sign * math.Exp(-2*j*j*x*x)
	}
	return 2 * sum
}

// stephensSurvival is kolmogorovSurvival with Stephens' correction for n
// values (Stephens 1970), good to about 0.01 from n = 8 on.
func stephensSurvival(d, n float64) float64 {
	root := math.Sqrt(n)
	return kolmogorovSurvival((root + 0.12 + 0.11/root) * d)
}

// kolmogorovExact is P(D < d) for n independent values: Durbin's matrix
// power, set up as in Marsaglia, Tsang and Wang (Journal of Statistical
// Software 8(18), 2003). With d = (k-h)/n the matrix has 2k-1 rows and the
// answer is n!/nⁿ times the middle of its nth power.
func kolmogorovExact(n int, d float64) float64 {
	reach := float64(n) * d
	k := int(reach) + 1
	h := float64(k) - reach
	power := durbinMatrix(2*k-1, h).power(n)
	p := power[k-1][k-1]
	for i := 1; i <= n; i++ {
		p *= float64(i) / float64(n)
	}
	return min(max(p, 0), 1)
}

type matrix [][]float64

func newMatrix(size int) matrix {
	m := make(matrix, size)
	for i := range m {
		m[i] = make([]float64, size)
	}
	return m
}

// durbinMatrix holds 1/(i-j+1)! on and below the first superdiagonal, with
// the first column and last row lowered by powers of h.
func durbinMatrix(size int, h float64) matrix {
	m := newMatrix(size)
	for i := range m {
		for j := range min(i+2, size) {
			m[i][j] = 1
		}
	}
	for i := range m {
		hi := math.Pow(h, float64(i+1))
		m[i][0] -= hi
		m[size-1][size-1-i] -= hi
	}
	m[size-1][0] += math.Pow(max(0, 2*h-1), float64(size))
	for i := range m {
		for j := range min(i+2, size) {
			m[i][j] /= math.Gamma(float64(i - j + 2))
		}
	}
	return m
}

func (m matrix) times(o matrix) matrix {
	out := newMatrix(len(m))
	for i := range m {
		for k, x := range m[i] {
			if x == 0 {
				continue
			}
			for j, y := range o[k] {
				out[i][j] += x * y
			}
		}
	}
	return out
}

func (m matrix) power(n int) matrix {
	if n == 1 {
		return m
	}
	half := m.power(n / 2)
	square := half.times(half)
	if n%2 == 0 {
		return square
	}
	return square.times(m)
}
