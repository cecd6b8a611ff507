import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { judgeCloudInit, readCloudInitState, readGuestAddresses } from './ask-guest-agent.ts';
import { connectGuestAgent, type GuestAgent } from './guest-agent.ts';

interface Request {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** Answers of a scripted agent; undefined: no answer. */
type Script = (request: Request) => object | undefined;

const PID = 7;

/** An agent whose cloud-init has written this. */
const cloudInitSays =
  (output: string, errors = ''): Script =>
  ({ execute, arguments: given }) => {
    if (execute === 'guest-exec') {
      expect(given).toMatchObject({ path: 'cloud-init', arg: ['status', '--format', 'json'] });
      return { return: { pid: PID } };
    }
    const text = (data: string) => Buffer.from(data).toString('base64');
    return {
      return: { exited: true, exitcode: 0, 'out-data': text(output), 'err-data': text(errors) },
    };
  };

describe('the client of the guest agent', () => {
  let directory = '';
  let server: Server;
  const sockets: Socket[] = [];
  const agents: GuestAgent[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-qga-'));
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) agent.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true });
  });

  /** A socket that speaks as the agent does; `greeting` is left from an earlier client. */
  async function talkTo(script: Script, greeting = ''): Promise<GuestAgent> {
    const path = join(directory, 'agent.sock');
    server = createServer((socket) => {
      sockets.push(socket);
      let text = '';
      socket.write(greeting);
      socket.on('data', (chunk: Buffer) => {
        const bytes = chunk.subarray(chunk.lastIndexOf(0xff) + 1);
        text += bytes.toString('utf8');
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const request: Request = JSON.parse(text.slice(0, end));
          text = text.slice(end + 1);
          answer(socket, request);
        }
      });
    });
    const answer = (socket: Socket, request: Request): void => {
      if (request.execute === 'guest-sync-delimited') {
        socket.write(Buffer.of(0xff));
        socket.write(`${JSON.stringify({ return: request.arguments?.id })}\n`);
        return;
      }
      const reply = script(request);
      if (reply !== undefined) socket.write(`${JSON.stringify(reply)}\n`);
    };
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const agent = await connectGuestAgent(path, 42);
    agents.push(agent);
    return agent;
  }

  test('ignores what was meant for an earlier client', async () => {
    const agent = await talkTo(() => ({ return: {} }), '"half":1}\n{"return":41}\n');
    expect(await agent.execute('guest-ping')).toEqual({});
  });

  test('says what the agent refuses, and that one does not answer', async () => {
    const agent = await talkTo(({ execute }) =>
      execute === 'guest-exec' ? { error: { desc: 'it has been disabled' } } : undefined,
    );
    await expect(agent.execute('guest-exec')).rejects.toMatchObject({
      message: 'The guest agent refuses guest-exec: it has been disabled.',
      next: 'final',
    });
    await expect(agent.execute('guest-ping')).rejects.toMatchObject({
      message: 'the guest agent does not answer',
      next: 'retry',
    });
  });

  test('reads the addresses of all interfaces', async () => {
    const interfaces = [
      { name: 'lo', 'ip-addresses': [{ 'ip-address': '127.0.0.1', prefix: 8 }] },
      { name: 'sit0' },
      { name: 'eth0', 'ip-addresses': [{ 'ip-address': '10.0.0.2', prefix: 24 }] },
    ];
    const agent = await talkTo(() => ({ return: interfaces }));
    expect(await readGuestAddresses(agent)).toEqual(['127.0.0.1', '10.0.0.2']);
  });

  test.each([
    [{ status: 'done', errors: [] }, { kind: 'done' }],
    [
      { status: 'running', errors: [] },
      { kind: 'running', seen: 'running' },
    ],
    [
      { status: 'error', errors: ['Failed to run module runcmd', 'no route'] },
      { kind: 'error', message: 'cloud-init has failed: Failed to run module runcmd; no route' },
    ],
    [{ status: 'disabled' }, { kind: 'error', message: 'cloud-init is disabled in the guest' }],
  ])('reads %j from the status of cloud-init', async (said, state) => {
    const agent = await talkTo(cloudInitSays(JSON.stringify(said)));
    expect(await readCloudInitState(agent)).toEqual(state);
  });

  test('waits for a status that takes long, and starts no second one', async () => {
    const started: Request[] = [];
    let isOver = false;
    const says = cloudInitSays('{"status":"done"}');
    const agent = await talkTo((request) => {
      if (request.execute === 'guest-exec') started.push(request);
      const isWaiting = request.execute === 'guest-exec-status' && !isOver;
      return isWaiting ? { return: { exited: false } } : says(request);
    });
    const first = await readCloudInitState(agent);
    expect(first).toEqual({ kind: 'unanswered', pid: PID });
    expect(await readCloudInitState(agent, PID)).toEqual(first);
    isOver = true;
    expect(await readCloudInitState(agent, PID)).toEqual({ kind: 'done' });
    expect(started).toHaveLength(1);
  });

  test('asks for the status again after a reboot, which ends the process of before', async () => {
    const says = cloudInitSays('{"status":"running"}');
    const agent = await talkTo((request) =>
      request.execute === 'guest-exec-status' && request.arguments?.pid !== PID
        ? { error: { desc: "Invalid parameter 'pid'" } }
        : says(request),
    );
    expect(await readCloudInitState(agent, 41)).toEqual({ kind: 'running', seen: 'running' });
  });

  test('a guest without cloud-init says so', () => {
    expect(() => judgeCloudInit('', 'not found')).toThrow(
      "The guest's cloud-init does not say its status: not found.",
    );
  });

  test('a port that is not there is worth another look', async () => {
    await talkTo(() => undefined);
    await expect(connectGuestAgent(join(directory, 'other.sock'), 1)).rejects.toMatchObject({
      message: expect.stringContaining('the port of the guest agent is not there'),
      next: 'retry',
    });
  });
});
