import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '../../../lib/build/project-root.ts';
import { drillRights } from '../../../lib/cluster/drill-rights.ts';
import { refuseMissingRights } from '../../../lib/cluster/refuse-missing-rights.ts';
import { KubeconfigError } from '../../../lib/kube/kubeconfig-error.ts';
import { rightInWords } from '../../../lib/kube/missing-rights.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';

const namespaces = { nodeCache: 'kube-system', probes: 'nodelocal-drill' };
const signal = new AbortController().signal;

const roleSchema = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({
    namespace: z.string().optional(),
    labels: z.object({ 'nodelocal-drill.dev/rights': z.literal('drill') }),
  }),
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
      verbs: z.array(z.string()),
    }),
  ),
});

test('deploy/rbac.yaml grants a drill what it asks for, and no more', async () => {
  const text = await readFile(join(projectRoot, 'deploy/rbac.yaml'), 'utf8');
  const granted = parseAllDocuments(text).flatMap((document) => {
    const role = roleSchema.safeParse(document.toJS());
    return role.success ? rightsOf(role.data) : [];
  });
  assert.ok(granted.length > 20);
  assert.deepEqual([...new Set(granted)].sort(), drillRights(namespaces).map(rightInWords).sort());
});

test('a right that lacks is named with verb, resource and namespace, before anything is changed', async () => {
  await using server = await apiServerThatLacks('pods/exec', 'create');
  await assert.rejects(refuseMissingRights(server.kube, namespaces, signal), (error) => {
    assert.ok(error instanceof KubeconfigError);
    assert.match(error.message, /^context "fake" may not create pods\/exec in namespace nodelocal-drill: nothing was/);
    return true;
  });
  assert.ok(server.requests.every((request) => request.includes('selfsubjectaccessreviews')));
});

test('rights for evidence alone refuse nobody', async () => {
  await using server = await apiServerThatLacks('events', 'list', 'kube-system');
  await refuseMissingRights(server.kube, namespaces, signal);
});

test('who may not make the namespace of the probes needs one that is there', async () => {
  await using server = await apiServerThatLacks('namespaces', 'create', undefined, { namespaceIsThere: false });
  await assert.rejects(refuseMissingRights(server.kube, namespaces, signal), {
    message: /^namespace nodelocal-drill is not there, and context "fake" may not create namespaces: /,
  });
  await using other = await apiServerThatLacks('namespaces', 'create');
  await refuseMissingRights(other.kube, namespaces, signal);
});

function rightsOf({ metadata, rules }: z.infer<typeof roleSchema>): readonly string[] {
  return rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          (resourceNames ?? [undefined]).map((name) =>
            rightInWords({
              verb,
              group,
              resource,
              namespace: metadata.namespace ?? null,
              ...(name === undefined ? {} : { name }),
            }),
          ),
        ),
      ),
    ),
  );
}

const reviewSchema = z.object({
  spec: z.object({
    resourceAttributes: z.object({
      verb: z.string(),
      resource: z.string(),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
    }),
  }),
});

async function apiServerThatLacks(
  resource: string,
  verb: string,
  namespace?: string,
  { namespaceIsThere = true } = {},
) {
  return fakeApiServer((request, response) => {
    if (request.method === 'GET') {
      if (namespaceIsThere) sendJson(response, { metadata: { name: namespaces.probes } });
      else sendJson(response, { message: 'not found' }, 404);
      return;
    }
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const asked = reviewSchema.parse(JSON.parse(text)).spec.resourceAttributes;
      const whole = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
      const lacks = whole === resource && asked.verb === verb && (namespace ?? asked.namespace) === asked.namespace;
      sendJson(response, { status: { allowed: !lacks } }, 201);
    });
  });
}
