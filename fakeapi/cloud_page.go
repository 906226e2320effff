package fakeapi

import (
	"encoding/base64"
	"strconv"
)

// Sizes of a page.
const (
	pageDefault = 25
	pageLongest = 500
)

// page cuts a list as limit, after and before in the query ask, with the
// cursors that lead on. A cursor is the id of an entry in disguise.
func page[T any](g *call, all []T, id func(T) string) map[string]any {
	query := g.r.URL.Query()
	limit := pageLimit(query.Get("limit"))
	from, to := 0, len(all)
	for i, entry := range all {
		switch cursor := cursorOf(id(entry)); cursor {
		case query.Get("after"):
			from = i + 1
		case query.Get("before"):
			to = i
			from = max(0, to-limit)
		}
	}
	data := all[from:min(to, from+limit)]
	answer := map[string]any{"data": data}
	if len(data) == 0 {
		answer["data"] = []T{}
		return answer
	}
	first, last := cursorOf(id(data[0])), cursorOf(id(data[len(data)-1]))
	paging := map[string]any{"cursors": map[string]string{"before": first, "after": last}}
	if from+len(data) < len(all) {
		paging["next"] = g.next(last)
	}
	answer["paging"] = paging
	return answer
}

// pageLimit is how many entries a page has.
func pageLimit(text string) int {
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 {
		return pageDefault
	}
	return min(limit, pageLongest)
}

// next is the address of the page after the cursor, without the token.
func (g *call) next(cursor string) string {
	next := *g.r.URL
	query := next.Query()
	query.Set("after", cursor)
	query.Del("before")
	query.Del("access_token")
	next.RawQuery = query.Encode()
	return g.server.scheme() + "://" + g.r.Host + next.RequestURI()
}

func cursorOf(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

// cursorText is the id behind a cursor, empty if it is none.
func cursorText(cursor string) string {
	id, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return ""
	}
	return string(id)
}
