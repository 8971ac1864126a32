/**
 * Splits a stream of bytes into lines, one array for each chunk that completed some: one await per chunk and not per line.
 * A last line without its end is never yielded: it was cut, and it is no line of the other side.
 */
export async function* linesOf(stream: AsyncIterable<unknown>): AsyncGenerator<readonly string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    const end = bytes.lastIndexOf(newline);
    rest = bytes.subarray(end + 1);
    if (end >= 0) yield bytes.toString('utf8', 0, end).split('\n');
  }
}

const newline = 10;
