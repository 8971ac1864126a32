import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  streamDecode,
  streamEncode,
  TRUNCATED_RESPONSE,
  type Packet,
} from 'dns-packet';

/**
 * A nameserver on port 53 of the address in argv[2] that gives every name the address 192.0.2.10. `silent` takes queries and never
 * answers, `far` answers with a TTL as if it were one hop away, `truncated` makes clients ask again over TCP, `half` dies, so to speak,
 * between the two answers of its first client: it answers one query, for A, and then takes queries in silence.
 */
const [, , address = '127.0.0.1', mode = 'answer'] = process.argv;
const socket = createSocket('udp4');
let answeredHalf = false;

socket.on('message', (bytes, from) => {
  if (mode === 'silent') return;
  const query = decode(bytes);
  if (mode === 'half') {
    if (answeredHalf || query.questions?.[0]?.type !== 'A') return;
    answeredHalf = true;
  }
  const response =
    mode === 'truncated'
      ? { ...responseTo(query), answers: [], flags: AUTHORITATIVE_ANSWER | TRUNCATED_RESPONSE }
      : responseTo(query);
  socket.send(encode(response), from.port, from.address);
});
const server = createServer((connection) => {
  connection.on('error', () => undefined);
  let waiting = Buffer.alloc(0);
  connection.on('data', (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    // glibc sends both its queries at once.
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const length = 2 + waiting.readUInt16BE(0);
      connection.write(streamEncode(responseTo(streamDecode(waiting.subarray(0, length)))));
      waiting = waiting.subarray(length);
    }
  });
});
server.listen(53, address, () => {
  socket.bind(53, address, () => {
    if (mode === 'far') socket.setTTL(63);
    console.log('ready');
  });
});

function responseTo(query: Packet): Packet {
  const questions = query.questions ?? [];
  const answers = questions.flatMap((question) =>
    question.type === 'A' ? [{ type: 'A', name: question.name, ttl: 1, data: '192.0.2.10' } as const] : [],
  );
  return { type: 'response', id: query.id ?? 0, flags: AUTHORITATIVE_ANSWER, questions, answers };
}
