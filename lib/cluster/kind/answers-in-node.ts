import { inNode, type Engine } from './engine.ts';

/**
 * True when a name server gives an address for a name, asked from inside a node. A node image has bash, and need not have any DNS tool, so that
 * the query is written by hand (RFC 1035 4.1).
 */
export async function answersInNode(
  engine: Pick<Engine, 'name'>,
  node: string,
  { server, name }: { readonly server: string; readonly name: string },
  signal: AbortSignal,
): Promise<boolean> {
  // dd: bash writes at each line feed, and a label of ten letters begins with one; a query must be one datagram.
  const ask = `exec 3<>/dev/udp/${server}/53; printf '${escaped(query(name))}' | dd bs=512 iflag=fullblock status=none >&3; timeout 1 head -c 12 <&3 | od -An -tu1`;
  const said = await inNode(engine, node, ['bash', '-c', ask], { signal }).catch(() => '');
  signal.throwIfAborted();
  return isAnswer(said.trim().split(/\s+/).map(Number));
}

/** Header and question of a query for A, recursion desired. */
function query(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label, 'ascii')]));
  return Buffer.concat([Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, 1, 0, 1])]);
}

function escaped(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** From the 12 bytes of a reply's header: response code 0, and at least one answer. */
export function isAnswer(header: readonly number[]): boolean {
  if (header.length < 12) return false;
  const [flags = 0, answersHigh = 0, answersLow = 0] = [header[3], header[6], header[7]];
  return (flags & 0x0f) === 0 && answersHigh * 256 + answersLow > 0;
}
