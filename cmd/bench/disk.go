package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// disk is the file system as the commands use it: paths are as the user wrote
// them.
type disk struct{}

// fileLimit bounds the small files that are read whole.
const fileLimit = 64 << 20

// read returns a file's bytes, up to limit; a larger file is an error, found
// without reading it.
func (disk) read(name string, limit int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	return text, err
}

// openFile opens a file of any size for reading.
func (disk) openFile(name string) (io.ReadCloser, error) { return os.Open(name) }

// exists reports whether there is anything under a name.
func (disk) exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// open returns a directory for reading.
func (disk) open(name string) fs.FS { return os.DirFS(name) }

// root opens a directory for reading, from which no link leads out, until it is
// closed.
func (disk) root(name string) (fs.FS, io.Closer, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), root, nil
}

// absolute returns a name that does not depend on the working directory.
func (disk) absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

// complete returns the only directory under dir whose name begins so.
func (disk) complete(dir, beginning string) (string, bool) {
	entries, err := os.ReadDir(dir)
	if err != nil || beginning == "" {
		return "", false
	}
	found := ""
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), beginning) {
			if found != "" {
				return "", false
			}
			found = entry.Name()
		}
	}
	return filepath.Join(dir, found), found != ""
}

// list returns the names of the directories under dir, in order; none if there
// is no such directory.
func (disk) list(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// point makes the symbolic link name point to target, replacing an older one.
func (disk) point(name, target string) error {
	temporary := name + ".new"
	_ = os.Remove(temporary)
	if err := os.Symlink(target, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, name)
}

// create makes a directory that must not exist yet and returns it for writing.
func (disk) create(dir string) (folder, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return folder{}, err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return folder{}, err
	}
	return folder{dir, newReserve()}, nil
}

// swap writes a directory whole or not at all, in place of an older one.
func (d disk) swap(dir string, write func(folder) error) error {
	// The dot keeps what a crash leaves out of every list.
	temporary := filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir))
	if err := os.RemoveAll(temporary); err != nil {
		return err
	}
	f, err := d.create(temporary)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(temporary, dir)
}

// remove removes a directory with what is in it.
func (disk) remove(dir string) error { return os.RemoveAll(dir) }

// size adds up the files under a directory; what cannot be read counts nothing.
func (disk) size(dir string) int64 {
	var total int64
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			if info, err := entry.Info(); err == nil {
				total += info.Size()
			}
		}
		return nil
	})
	return total
}

// folder is a directory for writing: a results.Sink.
type folder struct {
	dir     string
	reserve *reserve
}

// Append implements results.Sink.
func (f folder) Append(name string) (io.WriteCloser, error) {
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return f.reserve.open(func() (*os.File, error) {
		return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	})
}

// Replace implements results.Sink: the file appears under its name only when
// it is whole and on the disk.
func (f folder) Replace(name string, write func(io.Writer) error) error {
	return f.reserve.replaceFile(filepath.Join(f.dir, name), write)
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, write func(io.Writer) error) error {
	return (*reserve)(nil).replaceFile(path, write)
}

func (r *reserve) replaceFile(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := r.open(func() (*os.File, error) {
		return os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	})
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<16)
	err = write(buffered)
	err = errors.Join(err, buffered.Flush(), file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// notExist reports whether an error says that a file is missing.
func notExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// cleanError shortens the errors of the file system to what and why.
func cleanError(err error) string { return strings.TrimPrefix(err.Error(), "open ") }
