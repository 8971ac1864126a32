import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { movedBetween, readCounters } from '../../../probes/node/counters.ts';

/** Some lines as node-cache (CoreDNS 1.13.2) exports them. */
const page = `# HELP coredns_cache_hits_total The count of cache hits.
# TYPE coredns_cache_hits_total counter
coredns_cache_hits_total{server="dns://169.254.20.10:53",type="denial",view="",zones="cluster.local."} 15
coredns_cache_misses_total{server="dns://169.254.20.10:53",view="",zones="cluster.local."} 1.2e+06
coredns_dns_requests_total{family="1",proto="udp",server="dns://169.254.20.10:53",type="A",view="",zone="cluster.local."} 7
coredns_dns_requests_total{family="1",proto="udp",server="dns://169.254.20.10:53",type="NSEC3",view="",zone="cluster.local."} 30
coredns_proxy_request_duration_seconds_bucket{proxy_name="forward",rcode="NXDOMAIN",to="10.96.3.4:53",le="0.001"} 15
coredns_proxy_request_duration_seconds_count{proxy_name="forward",rcode="NXDOMAIN",to="10.96.3.4:53"} 15
go_goroutines 40
`;

test('of a page the counters of cache and forward are kept, and requests of our type alone', async () => {
  const read = await readFrom(200, page);
  assert.equal(read.error, null);
  assert.deepEqual(
    [...read.values].map(([series, value]) => `${series.slice(0, series.indexOf('{'))} ${value}`),
    [
      'coredns_cache_hits_total 15',
      'coredns_cache_misses_total 1200000',
      'coredns_dns_requests_total 30',
      'coredns_proxy_request_duration_seconds_count 15',
    ],
  );
});

test('what is no page of CoreDNS’ counters says why', async () => {
  assert.deepEqual(await readFrom(404, page), { error: 'HTTP 404' });
  assert.deepEqual(await readFrom(200, '# nothing\ngo_goroutines 1\n'), { error: 'it has no metrics of CoreDNS' });
  const nobody = await readCounters('http://127.0.0.1:9/metrics');
  assert.match(nobody.error ?? '', /bad port|ECONNREFUSED/);
});

test('moves are told of series that moved, new ones counted from 0; without one reading there are none', () => {
  const values = (entries: Readonly<Record<string, number>>) => ({
    values: new Map(Object.entries(entries)),
    error: null,
  });
  assert.deepEqual(movedBetween(values({ a: 1, b: 2 }), values({ a: 6, b: 2 }), values({ a: 6, b: 2, c: 5 })), {
    error: null,
    moved: [
      ['a', 5, 0],
      ['c', 0, 5],
    ],
  });
  assert.deepEqual(movedBetween(values({ a: 1 }), { error: 'HTTP 503' }, values({ a: 6 })), {
    error: 'HTTP 503',
    moved: [],
  });
});

async function readFrom(status: number, text: string) {
  const server = createServer((_request, response) => response.writeHead(status).end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await readCounters(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
