import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { flatDetail, parseAgentLine } from '../../../lib/fault/agent-message.ts';

test('replies, events, captures and what was lost are told apart, each with its number', () => {
  const messageOf = (said: string) => {
    const line = parseAgentLine(`{"n":7,${said.slice(1)}`);
    assert.ok(line.kind === 'numbered' && line.n === 7);
    return line.message;
  };
  const reply = messageOf('{"id":3,"ok":true,"atNs":5,"pid":4188}');
  assert.deepEqual(reply, { kind: 'reply', reply: { id: 3, ok: true, atNs: 5, pid: 4188 } });
  const event = messageOf('{"event":"process-gone","atNs":5,"pid":4188}');
  assert.deepEqual(event, { kind: 'event', event: { event: 'process-gone', atNs: 5, pid: 4188 } });
  assert.deepEqual(messageOf('{"lost":{"events":3}}'), { kind: 'lost', events: 3 });
  assert.equal(messageOf('{"dance":1}').kind, 'unknown');
  const captured = [5, '169.254.20.10', 'own-node', null, 'www.example.com', 'A', 'NOERROR', 0];
  const capture = messageOf(JSON.stringify({ capture: { probe: 'p', lines: [captured] } }));
  assert.ok(capture.kind === 'capture');
  assert.deepEqual(capture.capture.lines[0], captured);
});

test('lines of the session alone have no number', () => {
  assert.deepEqual(parseAgentLine('{"attached":{"after":5}}'), { kind: 'attached' });
  assert.deepEqual(parseAgentLine('{"refused":"another run"}'), { kind: 'refused', reason: 'another run' });
  assert.deepEqual(parseAgentLine('{"acked":5}'), { kind: 'acked' });
  assert.deepEqual(parseAgentLine('{"end":"the limit"}'), { kind: 'end', reason: 'the limit' });
  // An event that could come twice is no event.
  assert.equal(parseAgentLine('{"event":"process-gone","atNs":5,"pid":4188}').kind, 'damaged');
});

test('whatever comes, reading it never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseAgentLine(text);
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
