import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directivesOf, isBlockOf, parseCorefile } from '../../../lib/verify/corefile.ts';
import { isSet, parseGoFlags } from '../../../lib/kube/go-flags.ts';
import { corefile } from '../../support/planted-cluster.ts';

test('a Corefile’s server blocks, with the blocks in them; comments are no words', () => {
  const blocks = parseCorefile(`# all of it\n${corefile({ upstream: '10.96.3.4' })}`);
  assert.deepEqual(
    blocks.map(({ zones }) => zones),
    [['cluster.local:53'], ['.:53']],
  );
  assert.deepEqual(directivesOf(blocks, 'forward')[0], {
    name: 'forward',
    args: ['.', '10.96.3.4'],
    block: [{ name: 'force_tcp', args: [], block: [] }],
  });
  assert.deepEqual(directivesOf(blocks, 'cache')[1]?.args, ['30']);
});

test('a zone is told with or without scheme, port and final dot', () => {
  const [block] = parseCorefile('dns://corp.local.:53 in-addr.arpa, . {\n}');
  assert.ok(block !== undefined);
  assert.deepEqual(
    ['corp.local', 'in-addr.arpa', '.', 'local'].map((zone) => isBlockOf(block, zone)),
    [true, true, true, false],
  );
});

test('flags as Go reads them', () => {
  const flags = parseGoFlags(['-localip', '1.1.1.1,2.2.2.2', '--conf=/etc/Corefile', '-skipteardown', '-quiet=false']);
  assert.equal(flags.get('localip'), '1.1.1.1,2.2.2.2');
  assert.equal(flags.get('conf'), '/etc/Corefile');
  assert.deepEqual(
    [isSet(flags, 'skipteardown'), isSet(flags, 'quiet'), isSet(flags, 'pidfile')],
    [true, false, false],
  );
});
