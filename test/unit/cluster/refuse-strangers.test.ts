import assert from 'node:assert/strict';
import { chown, mkdir, mkdtempDisposable, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { refuseStrangers } from '../../../lib/cluster/embedded/refuse-strangers.ts';

const checkout = '/somewhere/mine';

test('a cluster that was started from another checkout is refused by name, user and place while it is up', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'strangers-'));
  const dir = join(folder.path, 'run');
  await mkdir(dir);
  await writeFacts(dir, { checkout: folder.path, user: 'ada' });
  await refuseStrangers('default', { dir, checkout });

  await writeFile(join(dir, 'pid'), await ownIdentity());
  await assert.rejects(refuseStrangers('default', { dir, checkout }), {
    name: 'ConfigError',
    message: `the embedded cluster "default" is up, and was started by ada from ${folder.path}: take another name in cluster.embedded.name than "default", or put it away from there with \`npx nodelocal-drill cluster down\``,
  });
  await refuseStrangers('default', { dir, checkout: folder.path });
  await writeFacts(dir, { checkout: join(folder.path, 'deleted') });
  await refuseStrangers('default', { dir, checkout });
  await writeFacts(dir, {});
  await refuseStrangers('default', { dir, checkout });
});

test('what lies at its place and is not the suite’s is not touched', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'strangers-'));
  const dir = join(folder.path, 'run');
  await refuseStrangers('default', { dir, checkout });
  await symlink('/etc', dir);
  await assert.rejects(refuseStrangers('default', { dir, checkout }), /run is not a folder, and not this suite's/);
});

test('a folder of another user is refused', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'strangers-'));
  const dir = join(folder.path, 'run');
  await mkdir(dir);
  await chown(dir, 65534, 65534);
  await assert.rejects(
    refuseStrangers('default', { dir, checkout }),
    /run belongs to user 65534, and not to this suite/,
  );
});

async function writeFacts(dir: string, more: object): Promise<void> {
  const nodeCache = { program: 'p', version: 'v', standIn: true, linkMadeByInitContainer: true };
  await writeFile(join(dir, 'facts.json'), JSON.stringify({ settings: {}, nodeCache, ...more }));
}

/** This very process, as if it were the first of a cluster. */
async function ownIdentity(): Promise<string> {
  const stat = await readFile('/proc/self/stat', 'utf8');
  return `${process.pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}\n`;
}
