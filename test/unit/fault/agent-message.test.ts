import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { flatDetail, parseAgentMessage } from '../../../lib/fault/agent-message.ts';

test('replies, events and captures are told apart', () => {
  assert.equal(parseAgentMessage('{"id":3,"ok":true,"atNs":5,"pid":4188}').kind, 'reply');
  assert.equal(parseAgentMessage('{"event":"process-gone","atNs":5,"pid":4188}').kind, 'event');
  const line = [5, '169.254.20.10', 'own-node', null, 'www.example.com', 'A', 'NOERROR', 0];
  const capture = parseAgentMessage(JSON.stringify({ capture: { probe: 'p', lines: [line] } }));
  assert.ok(capture.kind === 'capture');
  assert.deepEqual(capture.capture.lines[0], line);
});

test('whatever comes, reading it never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseAgentMessage(text);
    }),
  );
});

test('details of a journal are flat', () => {
  assert.deepEqual(
    flatDetail({ addresses: ['a', 'b'], icmp: { OutMsgs: 1 }, present: true, gone: null, none: undefined }),
    {
      addresses: 'a b',
      'icmp.OutMsgs': 1,
      present: true,
      gone: null,
    },
  );
});
