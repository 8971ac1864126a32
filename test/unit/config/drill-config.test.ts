import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configProblem } from '../../../lib/config/config-problem.ts';
import { drillConfigSchema } from '../../../lib/config/drill-config.ts';
import { parseDurationNs } from '../../../lib/config/duration.ts';

test('durations have a unit', () => {
  assert.equal(parseDurationNs('50 ms'), 50e6);
  assert.equal(parseDurationNs('2.5s'), 2.5e9);
  assert.equal(parseDurationNs('3 min'), 180e9);
  assert.equal(parseDurationNs('1 h'), 3600e9);
  for (const bad of ['', '5', '2 m', '-1 s', '1e3 ms', 's'])
    assert.throws(() => parseDurationNs(bad), { message: /write a number and its unit/ });
});

test('everything has a default', () => {
  const config = drillConfigSchema.parse({});
  assert.equal(config.probes.busyInterval, 50e6);
  assert.deepEqual(config.allowContexts, []);
});

test('results.keep is a number of runs, an age or all', () => {
  const keep = (value?: unknown) => drillConfigSchema.parse({ results: { keep: value } }).results.keep;
  assert.deepEqual(
    [keep(), keep(3), keep('1 day'), keep('30 days'), keep('all')],
    [{ runs: 50 }, { runs: 3 }, { days: 1 }, { days: 30 }, 'all'],
  );
  for (const bad of ['0 days', '-1 days', '1.5 days', '30', '30 d', 'none', '', null]) {
    const config = { results: { keep: bad } };
    const { error } = drillConfigSchema.safeParse(config);
    assert.ok(error, String(bad));
    assert.match(
      configProblem(error, config, drillConfigSchema),
      /^results\.keep: ".*" says not which runs stay: write how many, such as 50, an age such as '30 days', or 'all'$/,
    );
  }
});

test('what can’t be used is refused with the key and the value', () => {
  const refused = (config: object) => {
    const { error } = drillConfigSchema.safeParse(config);
    assert.ok(error, JSON.stringify(config));
    return configProblem(error, config, drillConfigSchema);
  };
  const embedded = (settings: object) => refused({ cluster: { embedded: settings } });
  assert.match(refused({ timing: { baseline: 10 } }), /^timing\.baseline: "10" is not a duration/);
  assert.match(refused({ timing: { baseline: '0 s' } }), /^timing\.baseline is "0 s", and must be at least 1 ms$/);
  assert.match(refused({ timing: { drill: '900 h' } }), /^timing\.drill is "900 h", and must be at most 24 h$/);
  assert.match(refused({ probes: { busyInterval: '5 ms' } }), /is "5 ms", and must be at least 10 ms/);
  assert.match(
    refused({ probes: { resolvers: ['bind'] } }),
    /^probes\.resolvers\[0\] is "bind", and must be one of glibc/,
  );
  assert.match(refused({ results: { keep: 0 } }), /^results\.keep is 0, and must be at least 1$/);
  assert.match(refused({ results: { kepe: 3 } }), /^unknown key "results\.kepe": did you mean "keep"\?$/);
  assert.match(refused({ treshold: {} }), /^unknown key "treshold": did you mean "thresholds"\?$/);
  assert.match(
    refused({ abortWhen: [{ watch: 'prometheus', url: 'http://p:9090', querry: 'up' }] }),
    /^unknown key "abortWhen\[0\]\.querry": did you mean "query"\?/,
  );
  assert.match(
    refused({ abortWhen: [{ watch: 'control', nonsense: 1 }] }),
    /^unknown key "abortWhen\[0\]\.nonsense": there are watch, atMostFailed, every$/,
  );
  assert.match(
    refused({ abortWhen: [{ watch: 'pod' }] }),
    /^abortWhen\[0\]\.watch is "pod", and must be one of prometheus, pods, control$/,
  );
  assert.match(refused({ timing: { x: 1 } }), /^unknown key "timing\.x": there are warmUp, baseline/);
  assert.match(refused({ sites: [], timing: 3 }), /^sites is \[\], and must have at least 1 entry \(and 1 more\)$/);
  assert.match(refused({ probes: { names: [{ name: 'www' }] } }), /"www" has fewer dots than probes\.ndots \(2\)/);
  assert.match(embedded({ nodes: [{ site: 'both' }, { site: 'both' }] }), /node 2 is called "both", as node 1 is/);
  assert.match(
    embedded({ nodes: [{ sit: 'both' }] }),
    /^unknown key "cluster\.embedded\.nodes\[0\]\.sit": did you mean "site"/,
  );
  assert.match(
    embedded({ podCidr: '10.96.0.0/12' }),
    /podCidr: 10\.96\.0\.0\/12 overlaps serviceCidr 10\.96\.0\.0\/16/,
  );
  assert.match(embedded({ podCidr: '10.244.0.0/23' }), /has room for 1 nodes, and there are 3/);
  assert.match(embedded({ fabricCidr: '172.30.0.0/29' }), /172\.30\.0\.0\/29 has room for 0 nodes/);
});
