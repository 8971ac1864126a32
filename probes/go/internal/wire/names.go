package wire

import (
	"fmt"
	"syscall"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

// errnoName is `ECONNREFUSED`.
func errnoName(code syscall.Errno) string {
	if name := unix.ErrnoName(code); name != "" {
		return name
	}
	return fmt.Sprintf("errno %d", int(code))
}

// rcodeNames are those of the registry "DNS RCODEs" of IANA (RFC 6895), in the project's spelling.
var rcodeNames = map[dnsmessage.RCode]string{
	dnsmessage.RCodeFormatError:    "FORMERR",
	dnsmessage.RCodeServerFailure:  "SERVFAIL",
	dnsmessage.RCodeNameError:      "NXDOMAIN",
	dnsmessage.RCodeNotImplemented: "NOTIMP",
	dnsmessage.RCodeRefused:        "REFUSED",
}

func rcodeName(code dnsmessage.RCode) string {
	if name, known := rcodeNames[code]; known {
		return name
	}
	return fmt.Sprintf("RCODE%d", int(code))
}
