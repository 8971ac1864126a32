package nodecache

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// configDir is the directory of a mounted ConfigMap, and what was in it when it was last read.
type configDir struct {
	path  string
	files map[string]string
}

// openConfigDir reads the directory for the first time.
func openConfigDir(path string) (*configDir, error) {
	files, err := readConfigDir(path)
	if err != nil {
		return nil, err
	}
	return &configDir{path, files}, nil
}

// reread says whether anything changed since the last time.
func (d *configDir) reread() (changed bool, err error) {
	files, err := readConfigDir(d.path)
	if err != nil {
		return false, err
	}
	changed = !maps.Equal(files, d.files)
	d.files = files
	return changed, nil
}

// readConfigDir reads the plain and linked files; kubelet's own bookkeeping there begins with a dot.
func readConfigDir(path string) (map[string]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, entry := range entries {
		if entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(path, entry.Name()))
		if err != nil {
			return nil, err
		}
		if !utf8.Valid(content) {
			return nil, fmt.Errorf("%s isn't UTF-8", filepath.Join(path, entry.Name()))
		}
		files[entry.Name()] = string(content)
	}
	return files, nil
}
