package cloud

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"wabench/internal/whatsapp"
)

// upload writes a media upload: the parts messaging_product, type and file.
func (d *Dialect) upload(file *whatsapp.File) (whatsapp.Request, error) {
	if file == nil {
		return whatsapp.Request{}, errors.New("media_upload has no file")
	}
	var body bytes.Buffer
	body.Grow(len(file.Bytes) + 1024)
	form := multipart.NewWriter(&body)
	err := errors.Join(
		form.SetBoundary(boundary(file.Bytes)),
		form.WriteField("messaging_product", "whatsapp"),
		form.WriteField("type", file.MIMEType),
		writeFile(form, file),
		form.Close(),
	)
	if err != nil {
		return whatsapp.Request{}, fmt.Errorf("encode upload of %s: %w", file.Name, err)
	}
	return whatsapp.Request{
		Method: http.MethodPost, Path: d.media, Body: body.Bytes(),
		Header: http.Header{"Authorization": d.authorization, "Content-Type": {form.FormDataContentType()}},
	}, nil
}

func writeFile(form *multipart.Writer, file *whatsapp.File) error {
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "").Replace(file.Name)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + quoted + `"`},
		"Content-Type":        {file.MIMEType},
	})
	if err != nil {
		return err
	}
	_, err = part.Write(file.Bytes)
	return err
}

// boundary returns a line that does not occur in data, the same one for the
// same data so that a run can be repeated.
func boundary(data []byte) string {
	sum := sha256.Sum256(data)
	for {
		line := "part-" + hex.EncodeToString(sum[:12])
		if !bytes.Contains(data, []byte(line)) {
			return line
		}
		sum = sha256.Sum256(sum[:])
	}
}
