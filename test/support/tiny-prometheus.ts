import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendJson } from './fake-api-server.ts';

/** A query's answer with two samples. */
export const twoSamples = {
  status: 'success',
  data: {
    resultType: 'vector',
    result: [
      { metric: { job: 'shop' }, value: [1_700_000_000, '7.5'] },
      { metric: { job: 'cart' }, value: [1_700_000_000, '6'] },
    ],
  },
};

/** A server with Prometheus' API for instant queries on loopback; it has no sample until a test gives it another answer. */
export async function tinyPrometheus() {
  const queries: (string | null)[] = [];
  let answer: unknown = { status: 'success', data: { resultType: 'vector', result: [] } };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://it');
    queries.push(searchParams.get('query'));
    if (pathname === '/prometheus/api/v1/query') sendJson(response, answer);
    else sendJson(response, {}, 404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prometheus/`,
    /** All that were asked. */
    queries,
    says: (data: unknown) => (answer = data),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
