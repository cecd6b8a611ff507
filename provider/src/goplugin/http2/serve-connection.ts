/**
 * The server's side of one HTTP/2 connection, as far as gRPC needs it: nothing is pushed, and
 * priorities are not heeded. What answers of one turn of the event loop is written at once.
 * Source: RFC 9113.
 */
import type { Duplex } from 'node:stream';
import {
  ConnectionError,
  contentOf,
  createFrameReader,
  FLAG,
  FRAME,
  type Frame,
  frameHead,
  PAYLOAD_BYTES_DEFAULT,
  REASON,
} from './frames.ts';
import { createHeaderReader } from './header-block.ts';
import { type Exchange, Stream, type StreamLink } from './stream.ts';

/** Handler of a connection's requests. */
export interface Requests {
  /** Whether a request is answered before its body has come; its body is dropped then. */
  readonly isAnsweredAtOnce: (path: string) => boolean;
  /** Answers a request; its body is undefined where it is too large or was not waited for. */
  readonly serve: (exchange: Exchange, body: Buffer | undefined) => void;
  readonly bodyBytesMax: number;
}

/** A connection that is served. */
export interface Connection {
  /** Takes no more requests; it ends with the last one. */
  readonly close: () => void;
  readonly destroy: () => void;
}

const WINDOW_BYTES_DEFAULT = 65_535;
const WINDOW_BYTES_MAX = 2 ** 31 - 1;
const WINDOW_BYTES_RENEWED = 2 ** 30;
const FRAME_BYTES_MAX = 2 ** 24 - 1;
const HEADER_BYTES_MAX = 65_536;

/** Settings: what one side allows the other. */
const INITIAL_WINDOW = 4;
const MAX_FRAME = 5;
const MAX_HEADERS = 6;
const SETTING_BYTES = 6;
const PING_BYTES = 8;
const NUMBER_BYTES = 4;

/** Everything that is known of a connection. */
interface State extends StreamLink {
  frameBytesMax: number;
  readonly requests: Requests;
  readonly streams: Map<number, Stream>;
  readonly readPath: (block: Buffer) => string;
  /** Headers whose end has not come yet, of this stream. */
  block: { readonly frame: Frame; parts: Buffer[]; bytes: number } | undefined;
  streamWindowBytes: number;
  lastStreamId: number;
  /** Data received since the window was last renewed. Unit: bytes. */
  takenBytes: number;
  isClosing: boolean;
  readonly end: () => void;
}

/** Serves what a client asks for on a socket until one of them closes it. */
export function serveConnection(socket: Duplex, requests: Requests): Connection {
  const state = openState(socket, requests);
  const readFrames = createFrameReader();
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const stream of state.streams.values()) stream.leave();
    state.streams.clear();
  });
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const frame of readFrames(chunk)) takeFrame(state, frame);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      sayGoAway(state, error.reason, error.message);
      // Where the next frame would begin is not known any more.
      socket.removeAllListeners('data').resume();
      state.end();
    }
  });
  const window = setting(INITIAL_WINDOW, WINDOW_BYTES_MAX);
  const headers = setting(MAX_HEADERS, HEADER_BYTES_MAX);
  sayToConnection(state, FRAME.settings, Buffer.concat([window, headers]));
  renewWindow(state, WINDOW_BYTES_MAX - WINDOW_BYTES_DEFAULT);
  return {
    close: () => {
      if (state.isClosing) return;
      state.isClosing = true;
      sayGoAway(state, REASON.none, '');
      if (state.streams.size === 0) state.end();
    },
    destroy: () => socket.destroy(),
  };
}

function openState(socket: Duplex, requests: Requests): State {
  let out: Buffer[] = [];
  const flush = (): void => {
    const parts = out;
    out = [];
    if (!socket.writableEnded && !socket.destroyed) socket.write(join(parts));
  };
  const state: State = {
    requests,
    streams: new Map(),
    readPath: createHeaderReader(),
    block: undefined,
    windowBytes: WINDOW_BYTES_DEFAULT,
    streamWindowBytes: WINDOW_BYTES_DEFAULT,
    frameBytesMax: PAYLOAD_BYTES_DEFAULT,
    lastStreamId: 0,
    takenBytes: 0,
    isClosing: false,
    write: (...parts) => {
      if (out.length === 0) setImmediate(flush);
      out.push(...parts);
    },
    ended: (stream) => {
      state.streams.delete(stream.id);
      // What of its request is still to come is read and dropped.
      if (state.isClosing && state.streams.size === 0) state.end();
    },
    // After what waits to be written.
    end: () => setImmediate(() => socket.end()),
  };
  return state;
}

function takeFrame(state: State, frame: Frame): void {
  const { type, flags, streamId, payload } = frame;
  if (state.block !== undefined && type !== FRAME.continuation) {
    throw new ConnectionError(REASON.protocol, 'headers are interrupted');
  }
  switch (type) {
    case FRAME.data:
      takeData(state, frame);
      break;
    case FRAME.headers:
      state.block = { frame, parts: [], bytes: 0 };
      takeHeaders(state, frame, contentOf(frame));
      break;
    case FRAME.continuation:
      takeHeaders(state, frame, payload);
      break;
    case FRAME.reset:
      state.streams.get(streamId)?.leave();
      state.streams.delete(streamId);
      if (state.isClosing && state.streams.size === 0) state.end();
      break;
    case FRAME.settings:
      if ((flags & FLAG.ack) === 0) takeSettings(state, payload);
      break;
    case FRAME.ping:
      if (payload.length !== PING_BYTES) throw misshapen();
      if ((flags & FLAG.ack) === 0) sayToConnection(state, FRAME.ping, payload, FLAG.ack);
      break;
    case FRAME.windowUpdate:
      widen(state, streamId, payload);
      break;
    case FRAME.push:
      throw new ConnectionError(REASON.protocol, 'clients push nothing');
    default:
    // Readers skip what they do not know; priorities and farewells change nothing here.
  }
}

function takeHeaders(state: State, frame: Frame, content: Buffer): void {
  const { block } = state;
  if (block === undefined || block.frame.streamId !== frame.streamId) {
    throw new ConnectionError(REASON.protocol, 'headers go on that never began');
  }
  block.parts.push(content);
  block.bytes += content.length;
  if (block.bytes > HEADER_BYTES_MAX) throw new ConnectionError(REASON.tooMuch, 'long headers');
  if ((frame.flags & FLAG.endHeaders) === 0) return;
  state.block = undefined;
  const path = state.readPath(join(block.parts));
  const isEnd = (block.frame.flags & FLAG.endStream) !== 0;
  const { streamId } = frame;
  const known = state.streams.get(streamId);
  if (known !== undefined && isEnd) finishRequest(state, known);
  // Headers after a request whose answer has gone out already.
  if (known !== undefined || streamId <= state.lastStreamId) return;
  if (streamId % 2 === 0)
    throw new ConnectionError(REASON.protocol, 'a client stream id must be odd');
  // The GOAWAY frame informs the client that this stream was not served.
  if (state.isClosing) return;
  state.lastStreamId = streamId;
  const stream = new Stream(state, { id: streamId, path, windowBytes: state.streamWindowBytes });
  state.streams.set(streamId, stream);
  if (state.requests.isAnsweredAtOnce(path)) {
    stream.isOpen = false;
    state.requests.serve(stream, undefined);
  } else if (isEnd) finishRequest(state, stream);
}

function takeData(state: State, frame: Frame): void {
  const content = contentOf(frame);
  state.takenBytes += frame.payload.length;
  if (state.takenBytes >= WINDOW_BYTES_RENEWED) {
    renewWindow(state, state.takenBytes);
    state.takenBytes = 0;
  }
  const stream = state.streams.get(frame.streamId);
  if (stream === undefined || !stream.isOpen) return;
  stream.bodyBytes += content.length;
  if (stream.bodyBytes <= state.requests.bodyBytesMax) stream.body.push(content);
  if ((frame.flags & FLAG.endStream) !== 0) finishRequest(state, stream);
}

function finishRequest({ requests }: State, stream: Stream): void {
  if (!stream.isOpen) return;
  stream.isOpen = false;
  const whole = join(stream.body);
  stream.body.length = 0;
  const isTooLarge = stream.bodyBytes > requests.bodyBytesMax;
  requests.serve(stream, isTooLarge ? undefined : whole);
}

/** Most of what comes and goes is in one piece. */
function join(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  return only && parts.length === 1 ? only : Buffer.concat(parts);
}

function takeSettings(state: State, payload: Buffer): void {
  if (payload.length % SETTING_BYTES !== 0) throw misshapen();
  for (let at = 0; at < payload.length; at += SETTING_BYTES) {
    const value = payload.readUInt32BE(at + 2);
    const name = payload.readUInt16BE(at);
    if (name === MAX_FRAME) {
      if (value < PAYLOAD_BYTES_DEFAULT || value > FRAME_BYTES_MAX) throw misshapen();
      state.frameBytesMax = value;
    }
    if (name === INITIAL_WINDOW) {
      const more = checkWindow(value) - state.streamWindowBytes;
      state.streamWindowBytes = value;
      for (const stream of state.streams.values()) {
        stream.windowBytes = checkWindow(stream.windowBytes + more);
      }
    }
  }
  sayToConnection(state, FRAME.settings, Buffer.alloc(0), FLAG.ack);
  for (const stream of [...state.streams.values()]) stream.pump();
}

function widen(state: State, streamId: number, payload: Buffer): void {
  if (payload.length !== NUMBER_BYTES) throw misshapen();
  const moreBytes = payload.readUInt32BE(0) & WINDOW_BYTES_MAX;
  if (streamId === 0) {
    state.windowBytes = checkWindow(state.windowBytes + moreBytes);
    for (const stream of [...state.streams.values()]) stream.pump();
    return;
  }
  const stream = state.streams.get(streamId);
  if (stream === undefined) return;
  stream.windowBytes = checkWindow(stream.windowBytes + moreBytes);
  stream.pump();
}

function checkWindow(bytes: number): number {
  if (bytes > WINDOW_BYTES_MAX) throw new ConnectionError(REASON.flowControl, 'a window too wide');
  return bytes;
}

function misshapen(): ConnectionError {
  return new ConnectionError(REASON.frameSize, 'a frame has not the form of its kind');
}

function setting(name: number, value: number): Buffer {
  const bytes = Buffer.alloc(SETTING_BYTES);
  bytes.writeUInt16BE(name, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
}

function renewWindow(state: State, bytes: number): void {
  const payload = Buffer.alloc(NUMBER_BYTES);
  payload.writeUInt32BE(bytes, 0);
  sayToConnection(state, FRAME.windowUpdate, payload);
}

function sayGoAway(state: State, reason: number, words: string): void {
  const numbers = Buffer.alloc(2 * NUMBER_BYTES);
  numbers.writeUInt32BE(state.lastStreamId, 0);
  numbers.writeUInt32BE(reason, NUMBER_BYTES);
  sayToConnection(state, FRAME.goAway, Buffer.concat([numbers, Buffer.from(words)]));
}

function sayToConnection(state: State, type: number, payload: Buffer, flags = 0): void {
  state.write(frameHead({ type, flags, streamId: 0 }, payload.length), payload);
}
