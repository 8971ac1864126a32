import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { renderVerifyPage } from '../../../lib/report/terminal/verify-page.ts';
import { verify } from '../../../lib/verify/verify.ts';
import { fallbackUpstream, healthyCluster, nodeCachePods, plantedPod } from '../../support/planted-cluster.ts';

const same = { dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.10', '10.96.0.10'], searches: ['x'] } };
const pods = [...nodeCachePods(), plantedPod('a'), plantedPod('b', same), plantedPod('c', fallbackUpstream)];
const report = verify(healthyCluster({ pods }), { clusterDns: [] });

for (const columns of [80, 120])
  test(`on ${columns} columns nothing is wider, and every finding is told`, () => {
    const page = renderVerifyPage(report, { columns, colour: false, exitCode: 1 });
    const wide = page.split('\n').filter((line) => stringWidth(line) > columns && line.includes(' ', columns));
    assert.deepEqual(wide, []);
    assert.match(page, /^PROBLEM {2}1 problem, 1 risk/);
    assert.match(
      page.replace(/\s+/g, ' '),
      /DNS of 5 pods: 2 lose it .* killed, none loses it .* updated and 1 goes on by a fallback\./,
    );
    assert.equal(page.match(/^(problem|risk|note) /gm)?.length, report.findings.length);
    assert.match(page, /^ {5}1 {2}169\.254\.20\.10 node-cache +loses +slow /m);
    assert.match(page, / exit code 1$/);
  });

test('a cluster without findings says so', () => {
  const page = renderVerifyPage(verify(healthyCluster(), { clusterDns: [] }), {
    columns: 100,
    colour: false,
    exitCode: 0,
  });
  assert.match(page, /^OK {2}nothing found/);
});
