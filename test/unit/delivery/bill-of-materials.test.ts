import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { billOfMaterials } from '../../../lib/delivery/bill-of-materials.ts';
import { npmParts } from '../../../lib/delivery/contents.ts';

const bomSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  metadata: z.object({
    component: z.object({
      type: z.literal('container'),
      name: z.string(),
      hashes: z.tuple([z.object({ alg: z.literal('SHA-256'), content: z.string() })]),
    }),
  }),
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      licenses: z.array(z.unknown()).optional(),
    }),
  ),
});

const digest = `sha256:${'ab'.repeat(32)}`;
const delivered = { reference: 'localhost/x:1', architecture: 'arm64', digest, suiteVersion: '0.1.0' };

test('the list names the image by its digest, and each part once with version, package URL and licence', async () => {
  const npm = await npmParts(['node_modules/dns-packet', 'node_modules/@leichtgewicht/ip-codec']);
  const [first] = npm;
  assert.ok(first !== undefined);
  const go = {
    name: 'golang.org/x/sys',
    version: 'v0.49.0',
    purl: 'pkg:golang/golang.org/x/sys@v0.49.0',
    license: null,
  };
  const text = billOfMaterials({ ...delivered, parts: [...npm, first, go] });
  const bom = bomSchema.parse(JSON.parse(text));
  assert.equal(bom.metadata.component.hashes[0].content, 'ab'.repeat(32));
  assert.deepEqual(bom.components.map(({ purl }) => purl.replace(/@[^@]*$/, '')).sort(), [
    'pkg:golang/golang.org/x/sys',
    'pkg:npm/%40leichtgewicht/ip-codec',
    'pkg:npm/dns-packet',
  ]);
  assert.deepEqual(
    bom.components.map(({ licenses }) => licenses?.length ?? 0),
    bom.components.map(({ purl }) => (purl.startsWith('pkg:npm') ? 1 : 0)),
  );
});

test('the same parts give the same text, in whatever order', async () => {
  const parts = await npmParts(['node_modules/dns-packet', 'node_modules/zod']);
  assert.equal(billOfMaterials({ ...delivered, parts }), billOfMaterials({ ...delivered, parts: parts.toReversed() }));
});
