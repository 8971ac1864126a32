import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The default name that probes look up: two dots, and a chain of two CNAMEs to four addresses, as names behind a CDN have. */
export const externalName = 'www.example.com';

const soa = (zone: string) =>
  `$ORIGIN ${zone}.\n@ 300 IN SOA ns.${zone}. hostmaster.${zone}. 1 7200 3600 1209600 60\n@ 300 IN NS ns.${zone}.\nns 300 IN A 192.0.2.53\n`;

const zones: Readonly<Record<string, string>> = {
  'example.com': `${soa('example.com')}www 60 IN CNAME www.example.com.cdn.example.net.\n`,
  'example.net': `${soa('example.net')}www.example.com.cdn 60 IN CNAME edge7.example.net.
edge7 60 IN A 192.0.2.10
edge7 60 IN A 192.0.2.11
edge7 60 IN AAAA 2001:db8::10
edge7 60 IN AAAA 2001:db8::11
`,
};

/**
 * Corefile and zone files, by name, of the "internet" of the project's own clusters, to lie in `dir`: names are of RFC 2606, addresses of
 * RFC 5737 and 3849. Every other name does not exist.
 */
export function outsideFiles(dir: string, listenAddress: string): Readonly<Record<string, string>> {
  const known = Object.keys(zones);
  // A block of its own for the rest: in one with `file`, `template` would come first (CoreDNS plugin.cfg) and answer everything.
  const corefile = `${known.join(':53 ')}:53 {
    bind ${listenAddress}
    errors
${known.map((zone) => `    file ${join(dir, zone)} ${zone} {\n        reload 0\n    }`).join('\n')}
}
.:53 {
    bind ${listenAddress}
    errors
    template ANY ANY . {
        rcode NXDOMAIN
        authority ". 60 IN SOA a.root-servers.example. nstld.example. 1 1800 900 604800 60"
    }
}
`;
  return { Corefile: corefile, ...zones };
}

/** Writes them for the name server of the embedded cluster: at the fabric's own address, which nodes have in their resolv.conf. */
export async function writeOutsideZones(dir: string, listenAddress: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await Promise.all(
    Object.entries(outsideFiles(dir, listenAddress)).map(([name, text]) => writeFile(join(dir, name), text)),
  );
}
