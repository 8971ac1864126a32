import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentSession, type AgentSessionOptions } from '../../../lib/fault/agent-session.ts';
import { until } from '../../../lib/time/until.ts';
import { FakeAgent } from '../../support/fake-agent.ts';

const never = new AbortController().signal;
const site = { name: 'both', node: 'a' } as const;

async function open(agent: FakeAgent, options: Partial<AgentSessionOptions> = {}) {
  const said: string[] = [];
  const session = await AgentSession.open({
    site,
    connect: agent.connect,
    graceNs: 30e9,
    onEvent: ({ event }) => said.push(`event ${event}`),
    onCapture: ({ probe }) => said.push(`capture ${probe}`),
    onLost: (what) => said.push(`lost ${what}`),
    onMended: ({ reason, cutNs }) => said.push(`mended ${reason}${cutNs >= 0 ? '' : ', before it was cut'}`),
    onBroken: (reason) => said.push(`broken ${reason}`),
    signal: never,
    ...options,
  });
  return { session, said };
}

const come = (what: string, holds: () => boolean) =>
  until(() => Promise.resolve(holds() ? true : null), { what, deadlineNs: 20e9, everyNs: 5e6, signal: never });

test('what was said while the connection was cut comes after it, each line once', async () => {
  const agent = new FakeAgent();
  const { session, said } = await open(agent);
  agent.say({ event: 'one', atNs: 1 });
  agent.repeat();
  await come('the first event', () => said.length === 1);
  agent.blind();
  agent.say({ event: 'two', atNs: 2 });
  agent.say({ capture: { probe: 'p', lines: [] } });
  agent.cut();
  agent.say({ event: 'three', atNs: 3 });
  await come('the last event', () => said.includes('event three'));
  assert.deepEqual(said, [
    'event one',
    'mended the connection closed with code 1006',
    'event two',
    'capture p',
    'event three',
  ]);
  assert.deepEqual(agent.attachedAfter, [0, 1]);
  await come('the acknowledgement', () => agent.acknowledged === 4);
  await session[Symbol.asyncDispose]();
  assert.deepEqual(said.length, 5);
});

test('a command whose answer was lost is asked again, and done once', async () => {
  const agent = new FakeAgent();
  const { session } = await open(agent);
  agent.holdsBack = true;
  const asked = session.ask('signal', { signal: 'SIGKILL' });
  agent.cut();
  agent.answer();
  agent.holdsBack = false;
  assert.equal((await asked)['did'], 'signal');
  assert.deepEqual(agent.done, ['signal']);
  await session[Symbol.asyncDispose]();
});

test('commands that did not get through are asked again in their order, also those that were asked while it was cut', async () => {
  const agent = new FakeAgent();
  const { session } = await open(agent);
  agent.losing.add('find').add('signal');
  const asked = [session.ask('find'), session.ask('signal')];
  agent.cut();
  asked.push(session.ask('rules'));
  assert.deepEqual(
    (await Promise.all(asked)).map(({ did }) => did),
    ['find', 'signal', 'rules'],
  );
  assert.deepEqual(agent.done, ['find', 'signal', 'rules']);
  await session[Symbol.asyncDispose]();
});

test('a command that was given up is not done later', async () => {
  const agent = new FakeAgent();
  const { session, said } = await open(agent);
  agent.away = 'connection refused';
  agent.cut();
  const drill = new AbortController();
  const asked = session.ask('signal', {}, { signal: drill.signal });
  drill.abort(new Error('the drill is over'));
  await assert.rejects(asked, { message: 'the drill is over' });
  agent.away = null;
  await come('the mending', () => said.length === 1);
  await session[Symbol.asyncDispose]();
  assert.deepEqual(agent.done, ['bye']);
});

test('a deadline is the agent’s: it stands still while the agent can’t be reached, and then goes on', async () => {
  const agent = new FakeAgent();
  const { session } = await open(agent);
  agent.away = 'connection refused';
  agent.cut();
  const asked = session.ask('find', {}, { deadlineNs: 50e6 });
  asked.catch(() => undefined);
  const { attempts } = agent;
  await come('some attempts, for longer than the deadline', () => agent.attempts > attempts + 1);
  agent.away = null;
  assert.equal((await asked)['did'], 'find');
  agent.holdsBack = true;
  await assert.rejects(session.ask('rules', {}, { deadlineNs: 50e6 }), {
    message: 'gave up on rules of the node agent on a (site both) after 0 s',
  });
  agent.holdsBack = false;
  await session[Symbol.asyncDispose]();
});

test('a transport that is silent is given up, though nobody closed it', async () => {
  const agent = new FakeAgent();
  const { session, said } = await open(agent, { keepAliveNs: 20e6 });
  await come('signs of life', () => agent.acknowledgements > 5);
  assert.deepEqual(said, []);
  agent.blind();
  agent.say({ event: 'one', atNs: 1 });
  await come('the event', () => said.length === 2);
  assert.deepEqual(said, ['mended dropped by the suite', 'event one']);
  await session[Symbol.asyncDispose]();
});

test('where it can’t be mended it is broken, once, and all that waits is told', async () => {
  const agent = new FakeAgent();
  // The grace and what is added to it, 5 s, are over by then.
  const { session, said } = await open(agent, { graceNs: -4.9e9 });
  agent.away = 'connection refused';
  agent.cut();
  const asked = session.ask('find');
  await assert.rejects(asked, /^Error: the node agent on a ended before its answer: .* not mended in 0 s/);
  await assert.rejects(session.ask('find'), /the session has ended/);
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^broken the connection closed with code 1006; not mended in 0 s: connection refused/);
  await session[Symbol.asyncDispose]();
});

test('an agent that says why it ends is not attached to again', async () => {
  const agent = new FakeAgent();
  const { session, said } = await open(agent);
  agent.sayUnnumbered('{"end":"the limit of 10m0s was reached"}');
  agent.cut();
  await come('the end', () => said.length === 1);
  assert.deepEqual(said, ['broken the limit of 10m0s was reached']);
  assert.equal(agent.attempts, 1);
  await session[Symbol.asyncDispose]();
});

test('another run’s agent refuses, and is not asked again', async () => {
  const agent = new FakeAgent();
  const { session } = await open(agent);
  await assert.rejects(open(agent), { name: 'RefusedByAgent', message: 'another run has this agent to itself' });
  assert.equal(agent.attempts, 2);
  await session[Symbol.asyncDispose]();
});

test('goodbye is said at the end, also where the drill was given up, and where the connection is cut just then', async () => {
  for (const isCut of [false, true]) {
    const drill = new AbortController();
    const agent = new FakeAgent();
    const { session, said } = await open(agent, { signal: drill.signal });
    drill.abort(new Error('the drill is over'));
    if (isCut) agent.losing.add('bye');
    const disposed = session[Symbol.asyncDispose]();
    if (isCut) agent.cut();
    await disposed;
    await session[Symbol.asyncDispose]();
    assert.deepEqual(agent.done, ['bye']);
    assert.equal(said.filter((each) => each.startsWith('broken')).length, 0);
  }
});

test('events that were lost, and lines of a shape that is not known, are told', async () => {
  const agent = new FakeAgent();
  const { session, said } = await open(agent);
  agent.say({ lost: { events: 3 } });
  agent.say({ dance: true });
  await come('both', () => said.length === 2);
  assert.deepEqual(said, [
    'lost 3 events, as too many waited to be read',
    'lost a line of a shape that is not known: {"n":2,"dance":true}',
  ]);
  await session[Symbol.asyncDispose]();
});
