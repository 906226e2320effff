package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"
)

// env is the only door to the operating system: the commands see the world
// through it, and tests give them another one.
type env struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	lookup         func(name string) (string, bool)
	now            func() time.Time
	// interrupted returns a context that ends at the first interrupt.
	interrupted func(context.Context) (context.Context, context.CancelFunc)
	// terminal says whether stderr is one that redraws, and its width.
	terminal func() (width int, ok bool)
	hostname func() string
	disk     disk
}

// disk is the file system as the commands use it: paths are as the user wrote
// them.
type disk struct{}

func systemEnv() env {
	return env{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		lookup: os.LookupEnv, now: time.Now,
		interrupted: func(ctx context.Context) (context.Context, context.CancelFunc) {
			return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		},
		terminal: func() (int, bool) {
			fd := int(os.Stderr.Fd())
			if !term.IsTerminal(fd) {
				return 0, false
			}
			width, _, err := term.GetSize(fd)
			return width, err == nil
		},
		hostname: func() string {
			name, err := os.Hostname()
			if err != nil {
				return "unknown"
			}
			return name
		},
	}
}

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

// exists reports whether there is anything under a name.
func (disk) exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// open returns a directory for reading.
func (disk) open(name string) fs.FS { return os.DirFS(name) }

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
	return folder{dir}, nil
}

// folder is a directory for writing: a results.Sink.
type folder struct{ dir string }

// Append implements results.Sink.
func (f folder) Append(name string) (io.WriteCloser, error) {
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
}

// Replace implements results.Sink: the file appears under its name only when
// it is whole and on the disk.
func (f folder) Replace(name string, write func(io.Writer) error) error {
	return replaceFile(filepath.Join(f.dir, name), write)
}

func replaceFile(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
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

// appendTo adds to the end of a file that others write too.
func (e env) appendTo(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// output writes the answer of a command to a file, whole or not at all, or to
// stdout for "-" and "".
func (e env) output(name string, write func(io.Writer) error) error {
	if name == "" || name == "-" {
		buffered := bufio.NewWriter(e.stdout)
		return errors.Join(write(buffered), buffered.Flush())
	}
	return replaceFile(name, write)
}

// colour reports whether to use colour on stderr and stdout.
func (e env) colour(refused bool) bool {
	if no, set := e.lookup("NO_COLOR"); refused || set && no != "" {
		return false
	}
	if kind, _ := e.lookup("TERM"); kind == "dumb" {
		return false
	}
	_, ok := e.terminal()
	return ok
}

// width returns the terminal's width, 0 if there is none.
func (e env) width() int {
	width, _ := e.terminal()
	return width
}

// notExist reports whether an error says that a file is missing.
func notExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// cleanError shortens the errors of the file system to what and why.
func cleanError(err error) string { return strings.TrimPrefix(err.Error(), "open ") }
