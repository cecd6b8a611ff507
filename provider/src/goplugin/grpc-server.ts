/**
 * gRPC over HTTP/2 as far as a plugin needs it: a call has one request, and one answer or many.
 *
 * Terraform starts a provider three times a plan and makes five calls for every object, so that a
 * complete implementation was a quarter of each start and a third of each call.
 * Source: gRPC's specification of its wire, doc/PROTOCOL-HTTP2.md.
 */
import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';

/** How a call travels, as generated code says it. */
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
  /** Whoever does not read fast enough is waited for. */
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

/** Who may connect: PEM. */
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

const HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' } as const;

/** What is held of one connection is limited by the messages themselves. */
const LIMITS = { maxSessionMemory: Number.MAX_SAFE_INTEGER } as const;

/**
 * Serves on a unix socket.
 * @param tls - undefined where the permissions of the socket protect
 */
export async function startGrpcServer(
  services: readonly GrpcService[],
  socketPath: string,
  tls: GrpcTls | undefined,
): Promise<GrpcServer> {
  const server = tls === undefined ? createServer(LIMITS) : createSecureServer(secure(tls));
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  // A host that has left has nothing to be told.
  server.on('sessionError', () => {});
  const calls = new Map(services.flatMap(listCalls));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const call = calls.get(String(headers[':path']));
    if (call === undefined) fail(stream, UNIMPLEMENTED, `there is no call ${headers[':path']}`);
    else serveCall(stream, call);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    close: async (graceMs) => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.close();
      const timer = setTimeout(() => {
        for (const session of sessions) session.destroy();
      }, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function secure({ certificate, key, clientAuthority }: GrpcTls) {
  const client = { ca: clientAuthority, requestCert: true, rejectUnauthorized: true };
  return { ...LIMITS, ...client, cert: certificate, key };
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

/** A refusal that is the caller's affair. */
class CallError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function serveCall(stream: ServerHttp2Stream, call: Call): void {
  if (call.definition.requestStream) {
    stream.resume();
    void answer(stream, call, undefined);
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MESSAGE_BYTES_MAX + FRAME_BYTES) chunks.push(chunk);
  });
  stream.once('end', () => {
    if (bytes > MESSAGE_BYTES_MAX + FRAME_BYTES) {
      fail(stream, RESOURCE_EXHAUSTED, `the request has more than ${MESSAGE_BYTES_MAX} bytes`);
      return;
    }
    const [only] = chunks;
    void answer(stream, call, only && chunks.length === 1 ? only : Buffer.concat(chunks));
  });
}

async function answer(
  stream: ServerHttp2Stream,
  { definition, handler }: Call,
  frame: Buffer | undefined,
): Promise<void> {
  try {
    const request = frame && definition.requestDeserialize(unwrap(frame));
    if (definition.responseStream) {
      await handler(request as never, answersOf(stream, definition));
      succeed(stream, undefined);
    } else {
      const response = await handler(request as never, NO_ANSWERS);
      succeed(stream, definition.responseSerialize(response as never));
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    fail(stream, error instanceof CallError ? error.code : INTERNAL, message);
  }
}

/** A call with one answer returns it. */
const NO_ANSWERS: Answers = { send: async () => {}, gone: new Promise(() => {}) };

function answersOf(stream: ServerHttp2Stream, { responseSerialize }: CallDefinition): Answers {
  stream.respond(HEADERS, { waitForTrailers: true });
  const gone = new Promise<void>((resolve) => {
    stream.once('close', resolve);
  });
  return {
    gone,
    send: async (response) => {
      if (stream.destroyed || stream.writableEnded) return;
      if (stream.write(wrap(responseSerialize(response as never)))) return;
      await Promise.race([once(stream, 'drain'), gone]);
    },
  };
}

/** Ends a call well, with its one answer or after the last of many. */
function succeed(stream: ServerHttp2Stream, bytes: Buffer | undefined): void {
  if (stream.destroyed) return;
  if (!stream.headersSent) stream.respond(HEADERS, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(bytes === undefined ? undefined : wrap(bytes));
}

function fail(stream: ServerHttp2Stream, code: number, message: string): void {
  if (stream.destroyed) return;
  // Percent-encoded, as the specification asks: headers carry no line breaks.
  const trailers = { 'grpc-status': String(code), 'grpc-message': encodeURI(message) };
  if (!stream.headersSent) {
    stream.respond({ ...HEADERS, ...trailers }, { endStream: true });
    return;
  }
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end();
}

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
