package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar"
)

func digestOf(blob []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(blob)) }

// layerOf is a file system with nothing in it but the program and a folder for temporary files.
func layerOf(program []byte) ([]byte, error) {
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	for _, entry := range []struct {
		tar.Header
		content []byte
	}{
		{tar.Header{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777}, nil},
		{tar.Header{Typeflag: tar.TypeReg, Name: "program", Mode: 0o755, Size: int64(len(program))}, program},
	} {
		if err := archive.WriteHeader(&entry.Header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(entry.content); err != nil {
			return nil, err
		}
	}
	err := archive.Close()
	return out.Bytes(), err
}

func configOf(name, tag string, layer []byte) []byte {
	role := "service"
	if strings.HasSuffix(name, "pause") {
		role = "pause"
	}
	word := tag[strings.LastIndex(tag, "-")+1:]
	return jsonOf(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config": map[string]any{
			"Entrypoint": []string{"/program", role},
			"Env":        append([]string{"VERSION=" + tag}, words[word]...),
			"User":       "65532:65532",
			"WorkingDir": "/",
		},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{digestOf(layer)}},
	})
}

func manifestOf(config, layer []byte) []byte {
	describe := func(kind string, blob []byte) map[string]any {
		return map[string]any{"mediaType": kind, "digest": digestOf(blob), "size": len(blob)}
	}
	return jsonOf(map[string]any{
		"schemaVersion": 2,
		"mediaType":     manifestType,
		"config":        describe(configType, config),
		"layers":        []any{describe(layerType, layer)},
	})
}

// Members in order, so that the same image has the same digest each time.
func jsonOf(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
