import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseOptions } from './options.ts';
import { runProbe } from './probe.ts';
import { queryOnce } from './query-once.ts';

const options = parseOptions();
const { server } = options;
if (server === undefined || isIP(server) === 0) {
  console.error(`probe: --server takes an IP address, not '${server ?? ''}'`);
  process.exit(64);
}

const manifest: unknown = JSON.parse(readFileSync(new URL(import.meta.resolve('dns-packet/package.json')), 'utf8'));
const packageVersion = (manifest as { readonly version: string }).version;

runProbe({ name: 'wire', version: `dns-packet ${packageVersion} (Node.js ${process.version})` }, options, () =>
  queryOnce({ server, name: options.name, type: options.type, timeoutMs: options.timeoutMs }),
);
