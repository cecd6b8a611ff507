/** Mails over encrypted connections, to a mail server of this test (RFC 5321, 3207 and 4954). */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MailRequest } from '../../ports/egress.ts';
import { guardAddresses } from './guard-addresses.ts';
import { sendMail } from './send-mail.ts';

const pemOf = (name: string) =>
  readFileSync(join(__dirname, '../../transports/testdata', name), 'utf8');
const CERT = pemOf('loopback.cert.pem');
const KEY = pemOf('loopback.key.pem');

let server: Server;
let sockets: Socket[];
/** Data received in clear text and over TLS. */
let clear: string[];
let secret: string[];
let replies: Map<string, string>;
let isImplicit: boolean;
let isSilent: boolean;

beforeEach(async () => {
  [sockets, clear, secret, replies] = [[], [], [], new Map()];
  [isImplicit, isSilent] = [false, false];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    if (isSilent) return;
    if (isImplicit) serve(secured(socket), 'greeted');
    else serve(socket, 'greeted');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await once(server.close(), 'close');
});

function secured(socket: Socket): TLSSocket {
  const safe = new TLSSocket(socket, { isServer: true, cert: CERT, key: KEY });
  return safe.on('error', () => undefined);
}

/** Answers each command; STARTTLS begins again on the encrypted connection. */
function serve(socket: Socket, state: 'greeted' | 'upgraded'): void {
  const lines = socket instanceof TLSSocket ? secret : clear;
  const say = (reply: string) => socket.write(`${reply}\r\n`);
  if (state === 'greeted') say('220 mail.example.com');
  const reader = createInterface({ input: socket });
  let isData = false;
  reader.on('line', (line) => {
    lines.push(line);
    const word = line.split(/[ :]/)[0]?.toUpperCase() ?? '';
    const reply = replies.get(line) ?? replies.get(word);
    if (isData) {
      isData = line !== '.';
      if (!isData) say('250 taken');
    } else if (word === 'EHLO') {
      say(`250-mail.example.com\r\n250-AUTH PLAIN\r\n250 ${extensionOf(socket)}`);
    } else if (word === 'STARTTLS') {
      reader.close();
      socket.removeAllListeners('data');
      say('220 go on');
      serve(secured(socket), 'upgraded');
    } else {
      isData = word === 'DATA';
      say(reply ?? (isData ? '354 go on' : '235 2.7.0 ok').replace(/^235/, okOf(word)));
    }
  });
}

const extensionOf = (socket: Socket) => (socket instanceof TLSSocket ? 'SIZE' : 'STARTTLS');

const okOf = (word: string) => (word === 'AUTH' ? '235' : '250');

const send = (more: Partial<MailRequest> = {}, trusts: 'own' | 'public' = 'own') =>
  sendMail(
    guardAddresses([]),
    {
      tenantId: 'tnt_a',
      hosts: [],
      server: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      security: 'starttls',
      login: { user: 'ann', password: 'hunter2' },
      from: 'novacron@example.com',
      to: ['ann@example.com', 'ben@example.com'],
      subject: 'It is done',
      text: 'Look at it.\n.\nThat was a dot.',
      messageId: 'op_a.report@novacron',
      timeoutMs: 5_000,
      ...more,
    },
    trusts === 'own' ? CERT : undefined,
  );

const LOGIN = `AUTH PLAIN ${Buffer.from('\0ann\0hunter2').toString('base64')}`;

test('user, password and mail are sent over TLS, and nothing of them before', async () => {
  expect(await send()).toEqual({ kind: 'accepted' });
  expect(clear.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
  expect(secret).toEqual(
    expect.arrayContaining([
      LOGIN,
      'RCPT TO:<ann@example.com>',
      'RCPT TO:<ben@example.com>',
      'Message-ID: <op_a.report@novacron>',
      'Subject: It is done',
      // A line that is a dot alone would end the mail.
      '..',
      'That was a dot.',
    ]),
  );
});

test('a connection that is encrypted from the beginning is', async () => {
  isImplicit = true;
  expect(await send({ security: 'tls' })).toEqual({ kind: 'accepted' });
  expect([clear, secret.includes(LOGIN)]).toEqual([[], true]);
});

test('a mail server whose certificate is not trusted gets neither password nor mail', async () => {
  const answer = await send({}, 'public');
  const reason = 'cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)';
  expect(answer).toEqual({ kind: 'unanswered', reason });
  expect(clear.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
  expect(secret).toEqual([]);
});

test('a wrong password is final, and is not in the reason', async () => {
  replies.set('AUTH', '535 5.7.8 hunter2 is wrong');
  expect(await send()).toEqual({
    kind: 'refused',
    reason: 'answered 535: it does not accept user and password',
  });
});

test('recipients that are refused are counted, and the others are not sent to again', async () => {
  replies.set('RCPT TO:<ben@example.com>', '550 no such user');
  expect(await send()).toEqual({ kind: 'refused', reason: 'refused 1 of 2 recipients' });
  expect(secret).toContain('Look at it.');
});

test('a mail server that says nothing is given up', async () => {
  isSilent = true;
  const answer = await send({ timeoutMs: 200 });
  expect(answer).toEqual({ kind: 'unanswered', reason: 'did not answer within 0.2 s' });
});

test('an address that nothing may connect to is refused', async () => {
  expect(await send({ server: '169.254.169.254:25' })).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('is refused: it is a link-local'),
  });
});
