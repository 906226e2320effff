package fakeapi

import (
	"encoding/base64"
	"net/http"
	"strconv"
)

// Sizes of a page.
const (
	pageDefault = 25
	pageLongest = 500
)

// page cuts a list as limit, after and before in the query ask, with the
// cursors that lead on. A cursor is the id of an entry in disguise.
func page[T any](r *http.Request, all []T, id func(T) string) map[string]any {
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 {
		limit = pageDefault
	}
	limit = min(limit, pageLongest)
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
	paging := map[string]any{"cursors": map[string]string{
		"before": cursorOf(id(data[0])), "after": cursorOf(id(data[len(data)-1])),
	}}
	if from+len(data) < len(all) {
		next := *r.URL
		q := next.Query()
		q.Set("after", cursorOf(id(data[len(data)-1])))
		q.Del("before")
		q.Del("access_token")
		next.RawQuery = q.Encode()
		paging["next"] = "http://" + r.Host + next.RequestURI()
	}
	answer["paging"] = paging
	return answer
}

func cursorOf(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }
