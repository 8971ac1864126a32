import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aptSizes } from '../../../lib/build/debian-packages.ts';

test('what apt is about to fetch and to use is read off its own words', () => {
  const words = `The following NEW packages will be installed:
  ipset libipset13
0 upgraded, 2 newly installed, 0 to remove and 5 not upgraded.
Need to get 1,123 kB of archives.
After this operation, 4,321 kB of additional disk space will be used.
Abort.`;
  assert.equal(aptSizes(words), ': 1,123 kB to fetch, 4,321 kB of disk');
  assert.equal(aptSizes('Need to get 0 B/80.1 MB of archives.\n'), ': 80.1 MB to fetch');
  assert.equal(aptSizes('E: Unable to locate package nonexistent'), '');
});
