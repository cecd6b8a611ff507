/**
 * gRPC over HTTP/2 as far as a plugin needs it: a call has one request, and one answer or many.
 *
 * Terraform starts a provider three times a plan and makes five calls for every object, so that a
 * complete implementation was a quarter of each start and a third of each call. HTTP/2 below it is
 * our own for the same reason: see docs/decisions/0014.
 * Source: gRPC's specification of its wire, doc/PROTOCOL-HTTP2.md.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { encodeHeaders } from './http2/header-block.ts';
import { type Connection, type Requests, serveConnection } from './http2/serve-connection.ts';
import type { Exchange } from './http2/stream.ts';

/** Transport details of a call, as in generated code. */
export interface CallDefinition {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  requestDeserialize(bytes: Buffer): unknown;
  responseSerialize(response: never): Buffer;
}

/** The calls of a service by their names. */
export type ServiceDefinition = { readonly [name: string]: CallDefinition };

/** The side of a call with many answers. */
export interface Answers {
  /** Resolves when the client can accept more (backpressure). */
  readonly send: (response: unknown) => Promise<void>;
  /** Resolves when the caller has left. */
  readonly gone: Promise<void>;
}

/**
 * Answers one call: with what it returns, or through `answers` where there may be many. What it
 * throws is an error of gRPC. Of a stream of requests none is read.
 */
export type CallHandler = (request: never, answers: Answers) => unknown;

/** A service and the code behind it. */
export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly implementation: { readonly [name: string]: CallHandler };
}

/** TLS key material: PEM. */
export interface GrpcTls {
  readonly certificate: string;
  readonly key: string;
  readonly clientAuthority: string;
}

/** A server that listens. */
export interface GrpcServer {
  /** Takes no more calls, and ends connections that are open after the grace. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** Large states are real: they are one message each. */
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

/** Before each message: whether it is compressed, and how long it is. */
const FRAME_BYTES = 5;
const LENGTH_OFFSET = 1;

/** Codes of gRPC. */
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;

/** Words of an error; more would not fit beside it. */
const WORDS_BYTES_MAX = 4_000;

const HEADERS = { ':status': '200', 'content-type': 'application/grpc+proto' } as const;
const BEGIN = encodeHeaders(HEADERS);
const SUCCESS = encodeHeaders({ 'grpc-status': '0' });

/** The ALPN protocol of clients that use HTTP/2 over TLS. */
const PROTOCOL = 'h2';

/**
 * Serves on a unix socket.
 * @param tls - undefined where the permissions of the socket protect
 */
export async function startGrpcServer(
  services: readonly GrpcService[],
  socketPath: string,
  tls: GrpcTls | undefined,
): Promise<GrpcServer> {
  const connections = new Set<Connection>();
  const requests = answerCalls(new Map(services.flatMap(listCalls)));
  const serve = (socket: Socket): void => {
    const connection = serveConnection(socket, requests);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(secure(tls), serve);
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    close: async (graceMs) => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.close();
      const timer = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function secure({ certificate, key, clientAuthority }: GrpcTls) {
  const client = { ca: clientAuthority, requestCert: true, rejectUnauthorized: true };
  return { ...client, cert: certificate, key, ALPNProtocols: [PROTOCOL] };
}

interface Call {
  readonly definition: CallDefinition;
  readonly handler: CallHandler;
}

function listCalls({ definition, implementation }: GrpcService): [string, Call][] {
  return Object.entries(definition).flatMap(([name, each]): [string, Call][] => {
    const handler = implementation[name];
    return handler === undefined ? [] : [[each.path, { definition: each, handler }]];
  });
}

/** An error that is returned to the caller. */
class CallError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function answerCalls(calls: ReadonlyMap<string, Call>): Requests {
  return {
    isAnsweredAtOnce: (path) => calls.get(path)?.definition.requestStream ?? true,
    bodyBytesMax: FRAME_BYTES + MESSAGE_BYTES_MAX,
    serve: (exchange, frame) => {
      const { path } = exchange;
      const call = calls.get(path);
      if (call === undefined) fail(exchange, UNIMPLEMENTED, `there is no call ${path}`);
      else if (frame !== undefined || call.definition.requestStream) {
        void answer(exchange, call, frame);
      } else {
        const words = `the request has more than ${MESSAGE_BYTES_MAX} bytes`;
        fail(exchange, RESOURCE_EXHAUSTED, words);
      }
    },
  };
}

async function answer(
  exchange: Exchange,
  { definition, handler }: Call,
  frame: Buffer | undefined,
): Promise<void> {
  let hasBegun = false;
  try {
    const request = frame && definition.requestDeserialize(unwrap(frame));
    if (definition.responseStream) {
      exchange.begin(BEGIN);
      hasBegun = true;
      // The request has been deserialized by the definition of this call.
      await handler(request as never, answersOf(exchange, definition));
      exchange.end(SUCCESS);
    } else {
      // As above.
      const response = await handler(request as never, NO_ANSWERS);
      // A handler returns the response of its own call.
      const bytes = wrap(definition.responseSerialize(response as never));
      exchange.answer({ headers: BEGIN, bytes, trailers: SUCCESS });
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    fail(exchange, error instanceof CallError ? error.code : INTERNAL, message, hasBegun);
  }
}

/** A call with one answer returns it. */
const NO_ANSWERS: Answers = { send: async () => {}, gone: new Promise(() => {}) };

function answersOf(exchange: Exchange, { responseSerialize }: CallDefinition): Answers {
  return {
    gone: exchange.gone,
    send: async (response) => {
      // A handler sends responses of its own call.
      if (!exchange.hasLeft()) await exchange.send(wrap(responseSerialize(response as never)));
    },
  };
}

/** Ends a call badly: with headers alone, unless there are some already. */
function fail(exchange: Exchange, code: number, message: string, hasBegun = false): void {
  const trailers = { 'grpc-status': String(code), 'grpc-message': encodeWords(message) };
  exchange.end(encodeHeaders(hasBegun ? trailers : { ...HEADERS, ...trailers }));
}

/** Percent-encoded, as the specification asks: headers carry no line breaks. */
function encodeWords(words: string): string {
  const isPlain = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e && byte !== PERCENT;
  const encode = (byte: number): string =>
    isPlain(byte)
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return Array.from(Buffer.from(words).subarray(0, WORDS_BYTES_MAX), encode).join('');
}

const PERCENT = 0x25;

function unwrap(frame: Buffer): Buffer {
  if (frame.length < FRAME_BYTES) throw new CallError(INTERNAL, 'the call has no request');
  if (frame[0] !== 0) throw new CallError(UNIMPLEMENTED, 'compressed requests are not read');
  if (frame.readUInt32BE(LENGTH_OFFSET) !== frame.length - FRAME_BYTES) {
    throw new CallError(INTERNAL, 'the call has not exactly one request');
  }
  return frame.subarray(FRAME_BYTES);
}

function wrap(bytes: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_BYTES + bytes.length);
  frame[0] = 0;
  frame.writeUInt32BE(bytes.length, LENGTH_OFFSET);
  bytes.copy(frame, FRAME_BYTES);
  return frame;
}
