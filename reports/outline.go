package reports

import (
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
)

// matrix is an affine map: x' = a·x + c·y + e, y' = b·x + d·y + f.
type matrix struct{ a, b, c, d, e, f float64 }

// times returns the map that does n first, then m.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

// point returns where a point goes.
func (m matrix) point(p vg.Point) (x, y float64) {
	return m.a*float64(p.X) + m.c*float64(p.Y) + m.e, m.b*float64(p.X) + m.d*float64(p.Y) + m.f
}

// outline writes a path as SVG's d attribute does.
func (d *drawing) outline(p vg.Path) string {
	var out strings.Builder
	to := func(command string, points ...vg.Point) {
		out.WriteString(command)
		for i, pt := range points {
			if i > 0 {
				out.WriteByte(' ')
			}
			x, y := d.pen.matrix.point(pt)
			out.WriteString(number(x) + " " + number(y))
		}
	}
	for _, comp := range p {
		switch comp.Type {
		case vg.MoveComp:
			to("M", comp.Pos)
		case vg.LineComp:
			to("L", comp.Pos)
		case vg.ArcComp:
			arc(comp, out.Len() == 0, to)
		case vg.CurveComp:
			to(map[int]string{1: "Q", 2: "C"}[len(comp.Control)], append(append([]vg.Point{}, comp.Control...), comp.Pos)...)
		case vg.CloseComp:
			out.WriteByte('Z')
		}
	}
	return out.String()
}

// arc writes an arc as cubic curves of a quarter turn at most: their control
// points lie 4/3·tan(angle/4) radii along the tangents.
func arc(comp vg.PathComp, first bool, to func(string, ...vg.Point)) {
	at := func(angle, out float64) vg.Point {
		sin, cos := math.Sincos(angle)
		r := float64(comp.Radius)
		return vg.Point{X: comp.Pos.X + vg.Length(r*(cos-out*sin)), Y: comp.Pos.Y + vg.Length(r*(sin+out*cos))}
	}
	command := "L"
	if first {
		command = "M"
	}
	to(command, at(comp.Start, 0))
	pieces := max(math.Ceil(math.Abs(comp.Angle)/(math.Pi/2)), 1)
	step := comp.Angle / pieces
	reach := 4.0 / 3 * math.Tan(step/4)
	for i := range int(pieces) {
		from := comp.Start + float64(i)*step
		to("C", at(from, reach), at(from+step, -reach), at(from+step, 0))
	}
}
