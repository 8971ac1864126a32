import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { projectRoot } from '../../../lib/build/project-root.ts';
import { verify } from '../../../lib/verify/verify.ts';
import { verifyJsonSchema, verifySchemaPath } from '../../../lib/verify/verify-schema.ts';
import { healthyCluster, nodeCachePods, plantedPod } from '../../support/planted-cluster.ts';

const path = join(projectRoot, verifySchemaPath);

test('the published schema is that of the code; UPDATE_SCHEMAS=1 writes it anew', async () => {
  if (process.env['UPDATE_SCHEMAS'] === '1') await writeFile(path, verifyJsonSchema());
  assert.equal(await readFile(path, 'utf8'), verifyJsonSchema());
});

test('a report fits the published schema, and one with a wrong severity does not', async () => {
  const fits = new Ajv2020().compile(JSON.parse(await readFile(path, 'utf8')) as object);
  const report = verify(healthyCluster({ pods: [...nodeCachePods(), plantedPod('stock')] }), { clusterDns: [] });
  assert.equal(fits(JSON.parse(JSON.stringify(report))), true, JSON.stringify(fits.errors));
  const wrong = { ...report, findings: report.findings.map((finding) => ({ ...finding, severity: 'bad' })) };
  assert.equal(fits(wrong), false);
});
