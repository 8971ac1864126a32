module nodelocal-drill/probes

go 1.26.6

require (
	golang.org/x/net v0.62.0
	golang.org/x/sys v0.49.0
)
