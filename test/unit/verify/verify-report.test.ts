import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { projectRoot } from '../../../lib/build/project-root.ts';
import { verify } from '../../../lib/verify/verify.ts';
import { healthyCluster, nodeCachePods, plantedPod } from '../../support/planted-cluster.ts';

test('a report fits the published schema, and one with a wrong severity does not', async () => {
  const schema = await readFile(join(projectRoot, 'docs/schemas/verify.schema.json'), 'utf8');
  const fits = new Ajv2020().compile(JSON.parse(schema) as object);
  const report = verify(healthyCluster({ pods: [...nodeCachePods(), plantedPod('stock')] }), { clusterDns: [] });
  assert.equal(fits(JSON.parse(JSON.stringify(report))), true, JSON.stringify(fits.errors));
  const wrong = { ...report, findings: report.findings.map((finding) => ({ ...finding, severity: 'bad' })) };
  assert.equal(fits(wrong), false);
});
