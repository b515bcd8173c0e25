// SPDX-License-Identifier: MIT OR Apache-2.0

// Go's side of `cargo xtask bench verify`.
//
//	verify LEAF INTERMEDIATE ROOT HOST UNIX-TIME     (certificates are files in DER)
//
// Each line of standard input is a span of processor time in nanoseconds: the chain is judged again and again for that
// long, and the answer is a line `CHAINS NANOSECONDS`.
package main

import (
	"bufio"
	"crypto/x509"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	return value
}

// The whole process: the garbage collector's threads count as well.
func spent() int64 {
	var usage syscall.Rusage
	must(0, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	leafDER, intermediateDER := must(os.ReadFile(os.Args[1])), must(os.ReadFile(os.Args[2]))
	roots := x509.NewCertPool()
	roots.AddCert(must(x509.ParseCertificate(must(os.ReadFile(os.Args[3])))))
	at := time.Unix(must(strconv.ParseInt(os.Args[5], 10, 64)), 0)
	judge := func() {
		leaf := must(x509.ParseCertificate(leafDER))
		intermediates := x509.NewCertPool()
		intermediates.AddCert(must(x509.ParseCertificate(intermediateDER)))
		must(leaf.Verify(x509.VerifyOptions{
			DNSName: os.Args[4], Roots: roots, Intermediates: intermediates, CurrentTime: at,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}))
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		span, start, chains := must(strconv.ParseInt(lines.Text(), 10, 64)), spent(), 0
		for chains == 0 || spent()-start < span {
			for i := 0; i < 8; i++ {
				judge()
			}
			chains += 8
		}
		fmt.Println(chains, spent()-start)
	}
}
