/** Hands one mail to a mail server, over a connection that the guard of addresses has made. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isRecord } from '@novacron/contract/json';
import { createTransport } from 'nodemailer';
import type { MailAnswer, MailRequest } from '../../ports/egress.ts';
import { type AddressGuard, RefusedAddress } from './guard-addresses.ts';
import { reasonOf, trustOf } from './name-failure.ts';

/** Replies of mail servers that are final (RFC 5321, 4.2.1); 503 is about the order of commands. */
const PERMANENT_MIN = 500;
const BAD_SEQUENCE = 503;

/** Replies that refuse user or password (RFC 4954). */
const NO_LOGIN: readonly number[] = [534, 535];

/**
 * Sends it once.
 * @param ca - certificate authority of the mail server, PEM; undefined: those that Node.js knows
 */
export async function sendMail(
  guard: AddressGuard,
  request: MailRequest,
  ca?: string,
): Promise<MailAnswer> {
  const { timeoutMs } = request;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? late : AbortSignal.any([late, request.signal]);
  let socket: Socket | undefined;
  const end = () => socket?.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    socket = openSocket(guard, request.server);
    // Errors between these two are seen when the connection is used.
    socket.on('error', () => undefined);
    await once(socket, 'connect', { signal });
    return await deliver(socket, request, ca);
  } catch (cause) {
    if (late.aborted) {
      return { kind: 'unanswered', reason: `did not answer within ${timeoutMs / 1_000} s` };
    }
    return answerOf(cause);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function openSocket(guard: AddressGuard, server: string): Socket {
  const { host, port } = partsOf(server);
  const trust = trustOf(host);
  guard.checkLiteral(host, trust);
  return connect({
    host: host.replace(/^\[|\]$/g, ''),
    port,
    lookup: guard.lookupFor(trust),
  });
}

function partsOf(server: string): { readonly host: string; readonly port: number } {
  const colon = server.lastIndexOf(':');
  return { host: server.slice(0, colon), port: Number(server.slice(colon + 1)) };
}

async function deliver(socket: Socket, request: MailRequest, ca?: string): Promise<MailAnswer> {
  const { server, security, login, from, to, subject, text, messageId, timeoutMs } = request;
  const { host, port } = partsOf(server);
  const transport = createTransport({
    host: host.replace(/^\[|\]$/g, ''),
    port,
    getSocket: (_options, callback) => callback(null, { connection: socket }),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Texts come from values of steps: none is read from a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { rejected } = await transport.sendMail({
      from: { name: '', address: from },
      to: to.map((address) => ({ name: '', address })),
      subject,
      text,
      messageId: `<${messageId}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    if (rejected.length === 0) return { kind: 'accepted' };
    // The others have it: another attempt would send it to them twice.
    return { kind: 'refused', reason: `refused ${rejected.length} of ${to.length} recipients` };
  } finally {
    transport.close();
  }
}

function answerOf(cause: unknown): MailAnswer {
  if (cause instanceof RefusedAddress) return { kind: 'refused', reason: reasonOf(cause) };
  const reply = isRecord(cause) ? cause.responseCode : undefined;
  if (typeof reply !== 'number') {
    // The library puts a code of its own in the place of that of the connection.
    const code = isRecord(cause) ? cause.originalCode : undefined;
    return { kind: 'unanswered', reason: reasonOf(code === undefined ? cause : { code }) };
  }
  const reason = `answered ${reply}`;
  if (NO_LOGIN.includes(reply)) {
    return { kind: 'refused', reason: `${reason}: it does not accept user and password` };
  }
  const isFinal = reply >= PERMANENT_MIN && reply !== BAD_SEQUENCE;
  return { kind: isFinal ? 'refused' : 'unanswered', reason };
}
