import { createSocket } from 'node:dgram';
import { decode, encode, AUTHORITATIVE_ANSWER } from 'dns-packet';

// A nameserver on port 53 of the address in argv[2] that gives every name the address 192.0.2.10; `silent` takes queries and never answers.
// `far` answers with a TTL as if it were one hop away.
const [, , address = '127.0.0.1', mode = 'answer'] = process.argv;
const socket = createSocket('udp4');

socket.on('message', (bytes, from) => {
  if (mode === 'silent') return;
  const query = decode(bytes);
  const answers = (query.questions ?? []).flatMap((question) =>
    question.type === 'A' ? [{ type: 'A', name: question.name, ttl: 1, data: '192.0.2.10' } as const] : [],
  );
  const flags = AUTHORITATIVE_ANSWER;
  socket.send(
    encode({ type: 'response', id: query.id ?? 0, flags, questions: query.questions ?? [], answers }),
    from.port,
    from.address,
  );
});
socket.bind(53, address, () => {
  if (mode === 'far') socket.setTTL(63);
  console.log('ready');
});
