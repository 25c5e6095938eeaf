package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

// The registry serves this program as whatever image is asked for: `ANY/pause:1` pauses, every other
// name is the service. The tag is its version; a word after the last dash changes how it behaves. A
// tag that begins with `missing` is not there, so a pull of it fails as pulls do.
var words = map[string][]string{
	"crash":   {"CRASH_AFTER_MS=0"},
	"errors":  {"ERROR_SHARE=0.5"},
	"slow":    {"READY_AFTER_MS=8000"},
	"unready": {"NEVER_READY=1"},
}

type store struct {
	lock  sync.Mutex
	layer []byte
	// By digest.
	blobs map[string][]byte
}

func registry() error {
	if len(os.Args) < 3 {
		return errors.New("registry: the address to listen on is missing")
	}
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	layer, err := layerOf(program)
	if err != nil {
		return err
	}
	own := &store{layer: layer, blobs: map[string][]byte{}}
	own.keep(layer)
	return http.ListenAndServe(os.Args[2], own)
}

func (own *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) < 4 {
		w.WriteHeader(http.StatusOK)
		return
	}
	name := strings.Join(parts[1:len(parts)-2], "/")
	kind, reference := parts[len(parts)-2], parts[len(parts)-1]
	digest := reference
	if kind == "manifests" && !strings.HasPrefix(reference, "sha256:") {
		if strings.HasPrefix(reference, "missing") {
			own.notFound(w)
			return
		}
		digest = own.make(name, reference)
	}
	own.send(w, r, digest)
}

// make keeps the parts of the image of that name and gives the digest of its manifest.
func (own *store) make(name, tag string) string {
	config := configOf(name, tag, own.layer)
	manifest := manifestOf(config, own.layer)
	own.keep(config)
	return own.keep(manifest)
}

func (own *store) keep(blob []byte) string {
	own.lock.Lock()
	defer own.lock.Unlock()
	digest := digestOf(blob)
	own.blobs[digest] = blob
	return digest
}

func (own *store) send(w http.ResponseWriter, r *http.Request, digest string) {
	own.lock.Lock()
	blob, found := own.blobs[digest]
	own.lock.Unlock()
	if !found {
		own.notFound(w)
		return
	}
	kind := "application/octet-stream"
	if strings.Contains(r.URL.Path, "/manifests/") {
		kind = manifestType
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(blob)))
	w.Header().Set("Docker-Content-Digest", digest)
	if r.Method != http.MethodHead {
		w.Write(blob)
	}
}

func (own *store) notFound(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	json.NewEncoder(w).Encode(map[string]any{
		"errors": []any{map[string]string{"code": "MANIFEST_UNKNOWN", "message": "it is not here"}},
	})
}
