/**
 * Says what `npm install` is about to do, when it is about to do anything. It runs before any package is there, with whatever Node.js the machine
 * has: plain JavaScript, no imports from the project.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modifiedMs = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(
    `nodelocal-drill needs Node.js 20 or newer to start (it then fetches the one it runs on), and this is ${process.version}: install a newer one\n`,
  );
  process.exit(64);
}
// npm writes that file last, so it is older than the lockfile, or not there, where an install is missing or was interrupted.
if (modifiedMs('node_modules/.package-lock.json') < modifiedMs('package-lock.json'))
  process.stderr.write(
    'installing npm packages into node_modules, pinned and checked by package-lock.json: about 400 MB, a Node.js 24 among them, half a minute, once\n',
  );
