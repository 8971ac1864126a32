import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drillConfigSchema } from '../../../lib/config/drill-config.ts';
import type { Site } from '../../../lib/config/site.ts';
import { planProbes } from '../../../lib/probe/plan-probes.ts';
import { podName, probePod } from '../../../lib/probe/probe-pod.ts';

const dns = {
  localIp: '169.254.20.10',
  kubeDnsIp: '10.96.0.10',
  kubeDnsUpstreamIp: '10.96.1.7',
  domain: 'cluster.local',
};
const sites: readonly Site[] = [
  { name: 'both', node: 'node-a' },
  { name: 'link-local', node: 'node-b' },
  { name: 'control', node: 'node-c' },
];
const settings = (probes: object = {}) => drillConfigSchema.parse({ probes }).probes;
const plan = (probes: object = {}) => planProbes({ sites, dns, settings: settings({ leaveOut: [], ...probes }) });
const podOf = (id: string, probes: object = {}) => {
  const found = plan(probes).find((each) => each.id === id);
  assert.ok(found, `no probe ${id}`);
  return probePod(found, { runId: 'r1', probes: settings(probes), drainNs: 45e9, limitNs: 600e9 });
};

test('each site under test has five dnsConfigs by four resolvers, quiet ones, and each nameserver asked directly', () => {
  const ids = plan().map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.filter((id) => id.startsWith('both/')).length, 5 * 4 + 2 + 3);
  assert.deepEqual(
    ids.filter((id) => id.startsWith('both/')).map((id) => id.replace('both/', 'link-local/')),
    ids.filter((id) => id.startsWith('link-local/')),
  );
  assert.ok(
    ids.includes('link-local/fallback-upstream/glibc/quiet') && ids.includes('both/ask-kube-dns-upstream/wire/busy'),
  );
  assert.ok(!ids.some((id) => id.startsWith('control/') && id.includes('node-cache')));
});

test('the set-ups differ in nameservers and timeout alone', () => {
  const configs = plan().filter(
    ({ site, dnsConfig }) => site.name === 'both' && !dnsConfig.stock && !dnsConfig.name.startsWith('ask-'),
  );
  assert.equal(new Set(configs.map(({ dnsConfig }) => `${dnsConfig.ndots} ${dnsConfig.searches.join(' ')}`)).size, 1);
  const ways = new Map(
    configs.map(({ dnsConfig }) => [
      dnsConfig.name,
      `${dnsConfig.nameservers.join(' ')} ${dnsConfig.timeoutS ?? 'default'}`,
    ]),
  );
  assert.deepEqual(Object.fromEntries(ways), {
    single: '169.254.20.10 default',
    'single-2s': '169.254.20.10 2',
    fallback: '169.254.20.10 10.96.0.10 2',
    'fallback-upstream': '169.254.20.10 10.96.1.7 2',
  });
});

test('a pod’s resolv.conf is its own, but for the stock pod, whose is kubelet’s', () => {
  const own = podOf('both/fallback/go/busy').spec;
  assert.equal(own?.dnsPolicy, 'None');
  assert.deepEqual(own.dnsConfig, {
    nameservers: ['169.254.20.10', '10.96.0.10'],
    searches: ['nodelocal-drill.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    options: [
      { name: 'ndots', value: '2' },
      { name: 'timeout', value: '2' },
    ],
  });
  const stock = podOf('both/stock/go/busy').spec;
  assert.equal(stock?.dnsPolicy, 'ClusterFirst');
  assert.equal(stock.dnsConfig, undefined);
});

test('a pod stays where it is put, keeps its log, is not throttled and has time to drain', () => {
  const { spec } = podOf('link-local/single/musl/busy');
  assert.equal(spec?.nodeName, 'node-b');
  assert.equal(spec.restartPolicy, 'Never');
  assert.equal(spec.automountServiceAccountToken, false);
  assert.equal(spec.enableServiceLinks, false);
  assert.equal(spec.containers[0]?.resources?.limits, undefined);
  assert.ok((spec.terminationGracePeriodSeconds ?? 0) > 45);
});

test('a wire probe asks one nameserver by itself', () => {
  const command = podOf('both/ask-kube-dns/wire/busy').spec?.containers[0]?.command ?? [];
  assert.equal(command[command.indexOf('--server') + 1], '10.96.0.10');
  assert.equal(command[command.indexOf('--interval-ms') + 1], '50');
});

test('a short name gets no probe that knows no search list', () => {
  const names = [{ name: 'www.example.com' }, { name: 'kubernetes', kind: 'service-short' }];
  const short = plan({ names }).filter(({ nameKind }) => nameKind === 'service-short');
  assert.ok(short.length > 0 && short.every(({ resolver }) => resolver !== 'c-ares' && resolver !== 'wire'));
  assert.ok(short.every(({ id }) => id.endsWith('/kubernetes')));
});

test('a pod’s name is a DNS label, and differs for different probes', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.match(podName(a), /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
      assert.equal(podName(a) === podName(b), a === b);
    }),
  );
});

test('a combination that is left out gets no busy probe', () => {
  const ids = plan({ leaveOut: ['single-2s/musl'] }).map(({ id }) => id);
  assert.equal(ids.length, plan().length - 2);
  assert.ok(!ids.some((id) => id.includes('single-2s/musl')));
});

test('a probe has no right that resolving does not need, and ends by itself', () => {
  const { spec } = podOf('both/single/glibc/busy');
  const context = spec?.containers[0]?.securityContext;
  assert.equal(spec?.automountServiceAccountToken, false);
  assert.equal(spec.activeDeadlineSeconds, 645);
  assert.deepEqual(context?.capabilities, { drop: ['ALL'] });
  assert.equal(context.readOnlyRootFilesystem && context.runAsNonRoot && !context.allowPrivilegeEscalation, true);
});

test('a control without a node of its own asks a CoreDNS pod, and nothing that node-cache or a Service could answer', () => {
  const shared: readonly Site[] = [
    { name: 'both', node: 'node-a' },
    { name: 'control', node: 'node-a', asksCoreDnsPod: '10.244.1.3' },
  ];
  const control = planProbes({ sites: shared, dns, settings: settings() }).filter(
    ({ site }) => site.name === 'control',
  );
  assert.deepEqual(
    control.map(({ id, dnsConfig }) => [id, dnsConfig.nameservers]),
    [
      ['control/coredns-pod/glibc/busy', ['10.244.1.3']],
      ['control/coredns-pod/wire/busy', ['10.244.1.3']],
    ],
  );
});

test('without a Service kube-dns-upstream nothing names it', () => {
  const without = planProbes({ sites, dns: { ...dns, kubeDnsUpstreamIp: null }, settings: settings() });
  assert.ok(without.length > 0);
  assert.deepEqual(
    without.filter(({ id }) => id.includes('upstream')),
    [],
  );
});
