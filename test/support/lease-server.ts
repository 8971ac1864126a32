import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from '../../lib/kube/types.ts';
import { fakeApiServer, sendJson } from './fake-api-server.ts';

/** An API server with one Lease, that keeps to resourceVersion and preconditions as a real one does. */
export async function leaseServer() {
  let lease: Lease | null = null;
  let version = 0;
  let writes = 0;
  let refusals = 0;
  const store = (body: Lease): Lease => {
    version += 1;
    writes += 1;
    const uid = lease?.metadata?.uid ?? `uid-${version}`;
    return (lease = { ...body, metadata: { ...body.metadata, uid, resourceVersion: String(version) } });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (refusals > 0) {
      refusals -= 1;
      sendJson(response, { message: 'starting' }, 503);
      return;
    }
    const body = JSON.parse((await textOf(request)) || 'null') as unknown;
    const refuse = (status: number) => {
      sendJson(response, { message: status === 404 ? 'not found' : 'conflict' }, status);
    };
    const isCurrent = (resourceVersion: string | undefined) => resourceVersion === lease?.metadata?.resourceVersion;
    switch (request.method) {
      case 'GET':
        if (lease === null) refuse(404);
        else sendJson(response, lease);
        return;
      case 'POST':
        if (lease !== null) refuse(409);
        else sendJson(response, store(body as Lease), 201);
        return;
      case 'PUT':
        if (lease === null) refuse(404);
        else if (!isCurrent((body as Lease).metadata?.resourceVersion)) refuse(409);
        else sendJson(response, store(body as Lease));
        return;
      default: {
        const { preconditions } = body as { preconditions?: { resourceVersion?: string } };
        if (lease === null) refuse(404);
        else if (!isCurrent(preconditions?.resourceVersion)) refuse(409);
        else {
          lease = null;
          writes += 1;
          sendJson(response, {});
        }
      }
    }
  };
  const server = await fakeApiServer((request, response) => void answer(request, response));
  return {
    ...server,
    lease: () => lease,
    /** How often the Lease was changed. */
    writes: () => writes,
    /** Answers the next requests with 503. */
    refuse: (count: number) => (refusals = count),
    /** At most five seconds. */
    until: async (condition: () => boolean) => {
      for (let tries = 0; tries < 500 && !condition(); tries++) await sleep(10);
      if (!condition()) throw new Error('it did not come about within 5 s');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
