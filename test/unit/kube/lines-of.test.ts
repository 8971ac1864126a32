import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linesOf } from '../../../lib/kube/lines-of.ts';

async function collect(chunks: readonly Buffer[]): Promise<readonly string[]> {
  const all: string[] = [];
  async function* stream() {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  for await (const lines of linesOf(stream())) all.push(...lines);
  return all;
}

test('lines come out whole wherever the stream was cut into chunks, also inside a character', async () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(400)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
      // Unpaired surrogates have no UTF-8 of their own, so the text is compared as it was sent.
      assert.deepEqual(
        await collect(chunks),
        lines.map((each) => Buffer.from(each).toString()),
      );
    }),
  );
});

test('a last line without its end was cut, and is no line', async () => {
  assert.deepEqual(await collect([Buffer.from('{"seq":0}\n{"se')]), ['{"seq":0}']);
});
