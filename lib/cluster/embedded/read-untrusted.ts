import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Reads a file from a folder in which root of a node may write, and so a privileged pod: a symlink there would lead to the machine's files,
 * and a pipe keep the reader waiting.
 * @throws when it is anything but a file
 */
export async function readUntrusted(path: string): Promise<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!(await file.stat()).isFile()) throw new Error(`${path} is no file`);
  return await file.readFile();
}
