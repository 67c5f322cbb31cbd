// Command probe is what the node's own tests run in pods, and the pause process of every pod.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const usage = `probe pause | serve ADDRESS TEXT | get URL SECONDS | dial ADDRESS SECONDS |
      lookup NAME SECONDS | exit CODE | eat MEBIBYTES`

func main() {
	if len(os.Args) == 1 {
		// As the sandbox image of containerd it gets no arguments.
		pause()
		return
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(verb string, words []string) error {
	switch {
	case verb == "pause":
		pause()
		return nil
	case verb == "serve" && len(words) == 2:
		return serve(words[0], words[1])
	case verb == "get" && len(words) == 2:
		return get(words[0], seconds(words[1]))
	case verb == "dial" && len(words) == 2:
		return dial(words[0], seconds(words[1]))
	case verb == "lookup" && len(words) == 2:
		return lookup(words[0], seconds(words[1]))
	case verb == "exit" && len(words) == 1:
		code, err := strconv.Atoi(words[0])
		if err == nil {
			os.Exit(code)
		}
		return err
	case verb == "eat" && len(words) == 1:
		return eat(words[0])
	}
	return fmt.Errorf("usage: %s", usage)
}

func seconds(word string) time.Duration {
	number, err := strconv.ParseFloat(word, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return time.Duration(number * float64(time.Second))
}

// pause holds a pod's namespaces and reaps what is left to it.
func pause() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for got := range signals {
		if got != syscall.SIGCHLD {
			return
		}
		for {
			pid, _ := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			if pid <= 0 {
				break
			}
		}
	}
}

func serve(address, text string) error {
	answer := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, text) }
	server := &http.Server{Addr: address, Handler: http.HandlerFunc(answer)}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// get tries until the deadline: a Service needs a moment until its rules are in the kernel.
func get(url string, limit time.Duration) error {
	deadline := time.Now().Add(limit)
	client := &http.Client{Timeout: 2 * time.Second}
	for {
		answer, err := client.Get(url)
		if err == nil {
			defer answer.Body.Close()
			_, err = io.Copy(os.Stdout, answer.Body)
			return err
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// dial tries once: its answer is about this moment.
func dial(address string, limit time.Duration) error {
	connection, err := net.DialTimeout("tcp", address, limit)
	if err != nil {
		return err
	}
	return connection.Close()
}

func lookup(name string, limit time.Duration) error {
	bounded, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	found, err := net.DefaultResolver.LookupHost(bounded, name)
	if err != nil {
		return err
	}
	fmt.Println(found)
	return nil
}

// eat takes memory and really writes to it, then waits to be killed.
func eat(word string) error {
	count, err := strconv.Atoi(word)
	if err != nil {
		return err
	}
	held := make([][]byte, 0, count)
	for range count {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		held = append(held, block)
	}
	fmt.Println("holding", len(held), "MiB")
	pause()
	return nil
}
