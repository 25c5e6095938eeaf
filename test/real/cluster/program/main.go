// What the test cluster runs in its containers, and the registry that serves it to them. One static
// program in three roles, so that one image layer is enough.
package main

import (
	"fmt"
	"os"
)

var roles = map[string]func() error{
	"pause":    pause,
	"registry": registry,
	"service":  service,
}

func main() {
	if len(os.Args) < 2 || roles[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: program pause | registry ADDRESS | service")
		os.Exit(2)
	}
	if err := roles[os.Args[1]](); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
