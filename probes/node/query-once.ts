import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { decode, encode, RECURSION_DESIRED, type DecodedPacket } from 'dns-packet';
import type { LookupResult } from './probe.ts';
import { shortageOf } from './shortage.ts';

/** NSEC3 is for who wants to be told apart in a server's counters: no client asks for it. */
type QueryType = 'A' | 'AAAA' | 'NSEC3';

interface Query {
  readonly server: string;
  readonly name: string;
  readonly type: QueryType;
  readonly timeoutMs: number;
}

/**
 * Sends one query to one nameserver and waits for its response; nothing is sent again. As a stub resolver does, it
 * takes a new connected socket each time: only on such a one does the kernel report an ICMP port-unreachable.
 */
export function queryOnce({ server, name, type, timeoutMs }: Query): Promise<LookupResult> {
  return new Promise((resolve) => {
    const id = randomInt(0x10000);
    const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
    const timer = setTimeout(() => {
      settle({ outcome: 'failed', error: 'timeout' });
    }, timeoutMs);

    socket.on('error', (error) => {
      const shortage = shortageOf(error);
      if (shortage === undefined) settle({ outcome: 'failed', error: codeOf(error) });
      else settle({ outcome: 'trouble', message: shortage });
    });
    socket.on('message', (bytes) => {
      const response = decodeResponse(bytes);
      if (response?.id === id && asks(response, name, type)) settle(resultOf(response, type));
    });
    // Not as connect's callback: that would be given the error of an unreachable network, instead of the listener above.
    socket.on('connect', () => {
      const question = { name, type, class: 'IN' } as const;
      socket.send(encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [question] }));
    });
    socket.connect(53, server);

    function settle(result: LookupResult): void {
      clearTimeout(timer);
      socket.removeAllListeners();
      // An ICMP error may still be on its way while the socket closes.
      socket.on('error', () => undefined);
      socket.close();
      resolve(result);
    }
  });
}

/** Undefined for what is no DNS response at all: that can't be the answer, so the query goes on waiting. */
function decodeResponse(bytes: Buffer): DecodedPacket | undefined {
  try {
    const packet = decode(bytes);
    return packet.type === 'response' ? packet : undefined;
  } catch {
    return undefined;
  }
}

function asks(response: DecodedPacket, name: string, type: string): boolean {
  const [question] = response.questions ?? [];
  return question?.type === type && bare(question.name) === bare(name);
}

function bare(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

function resultOf(response: DecodedPacket, type: QueryType): LookupResult {
  // dns-packet gives the response code's name, which its types leave out.
  const rcode = 'rcode' in response ? String(response.rcode) : 'NOERROR';
  if (rcode !== 'NOERROR') return { outcome: 'failed', error: rcode };
  const answers = (response.answers ?? []).flatMap((answer) =>
    (answer.type === 'A' || answer.type === 'AAAA') && answer.type === type ? [answer.data] : [],
  );
  if (answers.length > 0) return { outcome: 'answered', answers };
  return { outcome: 'failed', error: response.flag_tc ? 'truncated' : 'NODATA' };
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message;
}
