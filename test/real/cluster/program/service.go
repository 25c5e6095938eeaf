package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// behaviour is how an instance of the service shall behave, read from its environment.
type behaviour struct {
	version    string
	setting    string
	errorShare float64
	latency    time.Duration
	readyAfter time.Duration
	neverReady bool
	crashAfter time.Duration
	// For how long it still answers after it was asked to end, as long as a slow proxy may send to it.
	drain time.Duration
}

func behaviourOf() behaviour {
	return behaviour{
		version:    os.Getenv("VERSION"),
		setting:    os.Getenv("SETTING"),
		errorShare: number("ERROR_SHARE", 0),
		latency:    milliseconds("LATENCY_MS", 0),
		readyAfter: milliseconds("READY_AFTER_MS", 0),
		neverReady: os.Getenv("NEVER_READY") != "",
		crashAfter: milliseconds("CRASH_AFTER_MS", -1),
		drain:      milliseconds("DRAIN_MS", 4000),
	}
}

func number(name string, otherwise float64) float64 {
	if value, err := strconv.ParseFloat(os.Getenv(name), 64); err == nil {
		return value
	}
	return otherwise
}

func milliseconds(name string, otherwise float64) time.Duration {
	return time.Duration(number(name, otherwise)) * time.Millisecond
}

// instance is one running copy of the service.
type instance struct {
	behaviour
	host   string
	began  time.Time
	ending atomic.Bool
	good   atomic.Int64
	bad    atomic.Int64
}

// service answers every request with its version and its host.
func service() error {
	host, _ := os.Hostname()
	own := &instance{behaviour: behaviourOf(), host: host, began: time.Now()}
	fmt.Printf("service %s on %s: begins\n", own.version, host)
	if own.crashAfter >= 0 {
		time.AfterFunc(own.crashAfter, func() {
			fmt.Println("service: it crashes because CRASH_AFTER_MS says so")
			os.Exit(3)
		})
	}
	server := &http.Server{Addr: ":8080", Handler: own.routes()}
	ended := make(chan error, 1)
	go func() { ended <- own.endOn(server) }()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// endOn answers on for the time of the drain, closing connections as they are used, and then ends.
func (own *instance) endOn(server *http.Server) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	<-signals
	fmt.Println("service: drains")
	own.ending.Store(true)
	time.Sleep(own.drain)
	limited, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(limited)
}

func (own *instance) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/readyz", own.ready)
	mux.HandleFunc("/metrics", own.metrics)
	mux.HandleFunc("/", own.answer)
	return mux
}

func (own *instance) ready(w http.ResponseWriter, _ *http.Request) {
	if own.neverReady || own.ending.Load() || time.Since(own.began) < own.readyAfter {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func (own *instance) metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintln(w, "# TYPE service_requests_total counter")
	fmt.Fprintf(w, "service_requests_total{version=%q,code=\"200\"} %d\n", own.version, own.good.Load())
	fmt.Fprintf(w, "service_requests_total{version=%q,code=\"500\"} %d\n", own.version, own.bad.Load())
}

func (own *instance) answer(w http.ResponseWriter, _ *http.Request) {
	time.Sleep(own.latency)
	w.Header().Set("X-Version", own.version)
	w.Header().Set("Content-Type", "application/json")
	if own.ending.Load() {
		w.Header().Set("Connection", "close")
	}
	if own.errorShare > 0 && rand.Float64() < own.errorShare {
		own.bad.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
	} else {
		own.good.Add(1)
	}
	json.NewEncoder(w).Encode(map[string]string{
		"version": own.version, "host": own.host, "setting": own.setting,
	})
}
