import type { ServerResponse } from 'node:http';
import { PodTracker } from '../../lib/kube/pod-tracker.ts';
import { fakeApiServer, sendJson, type FakeApiServer } from './fake-api-server.ts';

interface FakePodState {
  readonly uid: string;
  readonly node: string;
  readonly containerId: string;
  readonly restarts?: number;
  readonly state?: 'running' | 'waiting';
}

/** An API server with node-cache's pods, whose states a test sets; a deleted pod comes again under a new UID, as a DaemonSet's does. */
export interface FakeNodeCache extends AsyncDisposable {
  readonly server: FakeApiServer;
  readonly tracker: PodTracker;
  set(pod: FakePodState): void;
}

export async function fakeNodeCache(...pods: readonly FakePodState[]): Promise<FakeNodeCache> {
  const states = new Map(pods.map((pod) => [pod.node, pod]));
  const watches: ServerResponse[] = [];
  const watched = Promise.withResolvers<undefined>();
  const say = (type: string, pod: FakePodState) => {
    for (const watch of watches) watch.write(`${JSON.stringify({ type, object: podObject(pod) })}\n`);
  };
  const set = (pod: FakePodState) => {
    states.set(pod.node, pod);
    say('MODIFIED', pod);
  };
  const server = await fakeApiServer((request, response, { searchParams, pathname }) => {
    if (request.method === 'DELETE') {
      const old = [...states.values()].find(({ uid }) => pathname.endsWith(`/${uid}`));
      sendJson(response, {});
      if (old === undefined) return;
      say('DELETED', old);
      set({ ...old, uid: `${old.uid}-new`, containerId: `${old.containerId}-new`, restarts: 0, state: 'running' });
    } else if (searchParams.get('watch') === null)
      sendJson(response, { items: [...states.values()].map(podObject), metadata: {} });
    else {
      watches.push(response);
      watched.resolve(undefined);
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: {} })}\n`);
    }
  });
  const tracker = new PodTracker(server.kube, { namespace: 'kube-system', labels: 'k8s-app=node-local-dns' });
  await tracker.listed(AbortSignal.timeout(5000));
  // A real API server tells what happened since the list; this one only what happens from now on.
  await watched.promise;
  return {
    server,
    tracker,
    set,
    [Symbol.asyncDispose]: async () => {
      await tracker[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function podObject({ uid, node, containerId, restarts = 0, state = 'running' }: FakePodState) {
  const running = state === 'running';
  return {
    metadata: { name: uid, uid },
    spec: { nodeName: node },
    status: {
      conditions: [{ type: 'Ready', status: running ? 'True' : 'False' }],
      containerStatuses: [
        {
          containerID: `containerd://${containerId}`,
          restartCount: restarts,
          state: running ? { running: {} } : { waiting: { reason: 'CrashLoopBackOff' } },
        },
      ],
    },
  };
}
