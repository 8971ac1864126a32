import { cp, glob, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from './project-root.ts';

/** What the scripts import: packages without install scripts or binaries, copied as they are. */
const packages = ['dns-packet', '@leichtgewicht/ip-codec'];

/**
 * Writes the probes for Node as JavaScript, with the packages that they import beside them. Node could strip the types itself;
 * that costs each of many probe pods 50 ms of CPU and 18 MB.
 */
export async function writeNodeProbeScripts(source: string, into: string, signal: AbortSignal): Promise<void> {
  await mkdir(into, { recursive: true });
  for await (const path of glob(join(source, '*.ts'))) {
    const script = (await withoutTypes(path, signal)).replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'");
    await writeFile(join(into, `${basename(path, '.ts')}.js`), script);
  }
  await writeFile(join(into, 'package.json'), '{"type":"module"}\n');
  for (const name of packages) {
    await cp(join(projectRoot, 'node_modules', name), join(into, 'node_modules', name), {
      recursive: true,
      filter: (path) => !/\/(test|examples|types|node_modules)$/.test(path.slice(path.indexOf(name) + name.length)),
    });
  }
}

/** In a process of its own, for the first call warns that it is experimental, and only a flag silences that. */
async function withoutTypes(path: string, signal: AbortSignal): Promise<string> {
  const program = `
    import { readFileSync } from 'node:fs';
    import { stripTypeScriptTypes } from 'node:module';
    process.stdout.write(stripTypeScriptTypes(readFileSync(process.argv[1], 'utf8')));`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program, path];
  return (await execa(process.execPath, flags, { cancelSignal: signal, stdin: 'ignore' })).stdout;
}
