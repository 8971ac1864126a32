import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { execa } from 'execa';
import { ConfigError } from '../config/config-error.ts';
import { ownArchitecture } from './architecture.ts';

/**
 * Refuses a program that can't be node-cache on this machine, by its file alone.
 * @throws ConfigError
 */
export async function refuseUnfitBinary(path: string): Promise<void> {
  const say = (problem: string) => new ConfigError(`nodeLocal.binary ${path} ${problem}`);
  const entry = await stat(path).catch(() => null);
  if (entry === null) throw say('is not there: give the path of a node-cache program');
  if (!entry.isFile()) throw say('is not a file: give the path of the node-cache program itself');
  if ((entry.mode & 0o111) === 0 || !(await isExecutable(path))) throw say(`is not executable: chmod +x ${path}`);
  const elf = await readElfHeader(path);
  if (elf === null) throw say('is not a Linux program (ELF): build node-cache with GOOS=linux');
  if (elf !== ownArchitecture?.elfMachine)
    throw say(
      `is for ${machines[elf] ?? `another machine (ELF number ${elf})`}, and this machine is ${ownArchitecture?.name ?? process.arch}: build it with GOARCH=${ownArchitecture?.name ?? process.arch}`,
    );
  const missing = await missingLibraries(path);
  if (missing.length > 0)
    throw say(`needs ${missing.join(', ')}, which this machine lacks: build it with CGO_ENABLED=0`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** e_machine of a 64-bit little-endian program; 0 for other ELF files, null where the file is none. */
async function readElfHeader(path: string): Promise<number | null> {
  await using file = await open(path);
  const header = Buffer.alloc(20);
  const { bytesRead } = await file.read(header, 0, 20, 0);
  if (bytesRead < 20 || header.toString('latin1', 0, 4) !== '\u007fELF') return null;
  return header[4] === 2 && header[5] === 1 ? header.readUInt16LE(18) : 0;
}

const machines: Readonly<Record<number, string>> = {
  0: 'a 32-bit or big-endian machine',
  21: 'ppc64le',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
};

async function missingLibraries(path: string): Promise<readonly string[]> {
  const { stdout } = await execa('ldd', [path], { reject: false, timeout: 10_000 });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].flatMap(([, name]) => name ?? []);
}
