import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Answers, type GrpcServer, startGrpcServer } from './grpc-server.ts';

const asIs = (bytes: Buffer): Buffer => bytes;
const codec = { requestDeserialize: asIs, responseSerialize: asIs as (value: never) => Buffer };
const one = { ...codec, requestStream: false, responseStream: false };

/** Calls as a host makes them, and as no host does. */
describe('the gRPC server of the plugin', () => {
  let directory: string;
  let socketPath: string;
  let server: GrpcServer;
  let client: Client;
  let left: Promise<void> | undefined;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-grpc-'));
    socketPath = join(directory, 'socket');
    const definition = {
      echo: { ...one, path: '/test/Echo' },
      fail: { ...one, path: '/test/Fail' },
      count: { ...one, path: '/test/Count', responseStream: true },
      stay: { ...one, path: '/test/Stay', requestStream: true, responseStream: true },
    };
    const implementation = {
      echo: (request: Buffer) => request,
      fail: () => {
        throw new Error('broken:\nin two lines, 100 %');
      },
      count: async (request: Buffer, { send }: Answers) => {
        for (const byte of request) await send(Buffer.alloc(40_000, byte));
      },
      stay: (_request: unknown, { gone }: Answers) => {
        left = gone;
        return gone;
      },
    };
    server = await startGrpcServer([{ definition, implementation }], socketPath, undefined);
    client = new Client(`unix:${socketPath}`, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
    });
  });
  afterEach(async () => {
    client.close();
    await server.close(0);
    rmSync(directory, { recursive: true, force: true });
  });

  const call = (path: string, request: Buffer): Promise<Buffer | undefined> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, asIs, asIs, request, (error, response) =>
        error === null ? resolve(response) : reject(error),
      );
    });

  test('answers small, empty and large requests, many at once', async () => {
    const requests = [Buffer.from('a'), Buffer.alloc(0), Buffer.alloc(5_000_000, 'x')];
    const answers = await Promise.all(requests.map((request) => call('/test/Echo', request)));
    expect(answers.map((answer, at) => answer && requests[at]?.equals(answer))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('sends many answers, no faster than they are read', async () => {
    const bytes = Buffer.from([1, 2, 3, 4, 5]);
    const seen: (number | undefined)[] = [];
    for await (const answer of client.makeServerStreamRequest('/test/Count', asIs, asIs, bytes)) {
      seen.push(answer[0]);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  test('what a handler throws is an error with its words', async () => {
    await expect(call('/test/Fail', Buffer.alloc(0))).rejects.toMatchObject({
      code: 13,
      details: 'broken:\nin two lines, 100 %',
    });
  });

  test('a call that does not exist is refused by its name', async () => {
    await expect(call('/test/Missing', Buffer.alloc(0))).rejects.toMatchObject({
      code: 12,
      details: 'there is no call /test/Missing',
    });
  });

  test.each([
    ['without a request', Buffer.alloc(0), '13', 'the call has no request'],
    ['with a compressed request', Buffer.from([1, 0, 0, 0, 0]), '12', 'compressed requests'],
    ['with half a request', Buffer.from([0, 0, 0, 0, 9, 1]), '13', 'not exactly one request'],
  ])('a call %s is refused', async (_case, body, code, words) => {
    const session = connect('http://localhost', {
      createConnection: () => connectSocket(socketPath),
    });
    const stream = session.request({ ':method': 'POST', ':path': '/test/Echo' });
    stream.end(body);
    const headers = await new Promise<Record<string, unknown>>((resolve) => {
      stream.once('response', resolve);
    });
    session.destroy();
    expect(headers['grpc-status']).toBe(code);
    expect(decodeURI(String(headers['grpc-message']))).toContain(words);
  });

  test('a stream that stays open ends when its caller leaves', async () => {
    const stream = client.makeBidiStreamRequest('/test/Stay', asIs, asIs);
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('metadata', resolve));
    stream.cancel();
    await expect(left).resolves.toBeUndefined();
  });

  test('closing does not wait for streams beyond the grace', async () => {
    const stream = client.makeBidiStreamRequest('/test/Stay', asIs, asIs);
    const ended = new Promise((resolve) => stream.once('error', resolve));
    await new Promise((resolve) => stream.once('metadata', resolve));
    await server.close(1);
    expect(await ended).toMatchObject({ code: expect.any(Number) });
  });
});
