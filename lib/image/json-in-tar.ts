import { execa } from 'execa';

/** A JSON file in a tar archive; null when it is not there, or is no JSON, or the archive is none. */
export async function jsonInTar(path: string, member: string): Promise<unknown> {
  const { stdout, failed } = await execa('tar', ['-xOf', path, member], { reject: false });
  if (failed) return null;
  try {
    return JSON.parse(stdout) as unknown;
  } catch {
    return null;
  }
}
