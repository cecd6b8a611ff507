/**
 * A program in a network namespace that stands for a guest: answers TCP and UDP on some ports, and
 * tries to reach others when it is asked to. Requests and answers are JSON lines.
 *
 * Arguments: the address to listen on and the ports. A request is `{ id, protocol, address, port,
 * timeoutMs }`; its answer is `{ id, reached }`. With the
 * protocol `dns`, a name is resolved, and the answer has its addresses.
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns';
import { connect, createServer, isIPv6 } from 'node:net';
import { createInterface } from 'node:readline';

/** On the PATH: `find-network-programs.ts` has looked for it. */
const PING = 'ping';
const MS_PER_S = 1_000;
/** Interval between repetitions of a datagram. Unit: ms. */
const REPEAT_MS = 100;

const [address, ...ports] = process.argv.slice(2);
const UDP = isIPv6(address) ? 'udp6' : 'udp4';
let waiting = 2 * ports.length;
const ready = () => {
  waiting -= 1;
  if (waiting === 0) process.stdout.write('{"id":"ready"}\n');
};
for (const port of ports.map(Number)) {
  createServer((socket) => socket.end('x')).listen(port, address, ready);
  const udp = createSocket(UDP);
  udp.on('message', (message, from) => udp.send(message, from.port, from.address));
  udp.bind(port, address, ready);
}

const PROBES = { tcp: probeTcp, udp: probeUdp, icmp: probeIcmp, dns: probeDns };
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, ...probe } = JSON.parse(line);
  PROBES[probe.protocol](
    probe,
    once((reached, addresses) => {
      process.stdout.write(`${JSON.stringify({ id, reached, addresses })}\n`);
    }),
  );
});
process.stdin.on('end', () => process.exit());

function once(answer) {
  let isAnswered = false;
  return (reached, addresses) => {
    if (!isAnswered) answer(reached, addresses);
    isAnswered = true;
  };
}

function probeTcp({ address: host, port, timeoutMs }, answer) {
  const socket = connect({ host, port, localAddress: address });
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.on('data', () => answer(true));
  socket.on('error', () => undefined);
  socket.on('close', () => answer(false));
}

function probeUdp({ address: host, port, timeoutMs }, answer) {
  const socket = createSocket(UDP);
  const end = (reached) => {
    clearInterval(repeat);
    clearTimeout(limit);
    answer(reached);
    if (reached) socket.close();
  };
  const send = () => socket.send('x', port, host, () => undefined);
  const repeat = setInterval(send, REPEAT_MS);
  const limit = setTimeout(() => end(false), timeoutMs);
  socket.on('message', () => end(true));
  socket.on('error', () => undefined);
  socket.bind(0, address, send);
}

function probeIcmp({ address: host, timeoutMs }, answer) {
  const deadline = String(Math.ceil(timeoutMs / MS_PER_S));
  const ping = spawn(PING, ['-n', '-q', '-i', '0.2', '-c', '1', '-w', deadline, host], {
    stdio: 'ignore',
  });
  ping.on('close', (code) => answer(code === 0));
}

function probeDns({ address: server, name }, answer) {
  const resolver = new Resolver();
  resolver.setServers([server]);
  resolver.resolve4(name, (trouble, addresses) => answer(trouble === null, addresses));
}
