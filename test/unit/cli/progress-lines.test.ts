import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import { progressLines } from '../../../lib/cli/progress-lines.ts';

function written(isTTY: boolean, say: (progress: ReturnType<typeof progressLines>, at: (s: number) => void) => void) {
  let ms = 0;
  const texts: string[] = [];
  const progress = progressLines({ isTTY, columns: 60, write: (text) => texts.push(text) }, () => ms);
  say(progress, (s) => (ms = s * 1000));
  return stripVTControlCharacters(texts.join('').replaceAll('\r\u001b[K', '⏎'));
}

test('elsewhere than on a terminal what passes is written every 20 s, each on its own line', () => {
  const text = written(false, (progress, at) => {
    progress('build', 'begins');
    for (let s = 1; s <= 45; s++) {
      at(s);
      progress('build', `${s} done`, 'passing');
    }
    progress('build', 'done');
  });
  assert.equal(
    text,
    '   0.0 s  build       begins\n  20.0 s  build       20 done\n  40.0 s  build       40 done\n  45.0 s  build       done\n',
  );
});

test('on a terminal what passes is rewritten in place, on one row, and gives way to what stays', () => {
  const text = written(true, (progress, at) => {
    progress('build', 'begins');
    at(1);
    progress('build', `1 done ${'x'.repeat(100)}`, 'passing');
    at(2);
    progress('build', '2 done', 'passing');
    progress('build', 'done');
    at(3);
    progress('build', 'more', 'passing');
    progress('build', '', 'passing');
  });
  const [, first = ''] = text.split('\n');
  assert.ok((first.split('⏎')[0] ?? '').length < 60, 'it fits into one row of the terminal');
  assert.match(
    text,
    /begins\n {3}1\.0 s {2}build {7}1 done x+⏎ {3}2\.0 s {2}build {7}2 done⏎ {3}2\.0 s {2}build {7}done\n {3}3\.0 s {2}build {7}more⏎$/,
  );
});
