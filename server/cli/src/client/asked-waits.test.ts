/** Calls that the server refuses because they come too soon. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess, type TestWorld } from '../test-kit/run-in-process.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../test-kit/start-fake-server.ts';

const DETAIL = 'The policies of your tenant have used up their time.';

/** The answer that asks to wait. */
function tooSoon(retryAfterMs: number) {
  const found = problem('rate-limited', {
    detail: DETAIL,
    remedy: 'Send it again later.',
    data: { retry_after_ms: retryAfterMs },
  });
  return { problem: { ...toProblemDocument(found) } };
}

const PART = {
  changes: [],
  judged: [{ source: 'decisions', resource_kind: 'vm', count: 2_000 }],
  unjudged: [],
  notices: [],
  progress: { source: 'decisions', resource_kind: null, at: '2026-01-01T00:00:00.000Z' },
};

describe('a call that comes too soon', () => {
  let server: FakeServer;

  afterEach(() => server.close());

  async function run(words: string, handlers: FakeHandlers, world: TestWorld = {}) {
    server = await startFakeServer(handlers);
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'nvk_test' };
    return runInProcess(words.split(' '), { ...world, env });
  }

  test('is sent again when the server says, with a line that says why', async () => {
    const { exitCode, stderr, delaysMs } = await run('network list', {
      'network.list': (_params, turn) =>
        turn < 2 ? tooSoon(1_500) : { result: { items: [], next_cursor: null } },
    });
    expect([exitCode, server.calls.length]).toEqual([0, 3]);
    expect(stderr.match(/.* Trying again in 2 s\./g)).toEqual([
      `${DETAIL} Trying again in 2 s.`,
      `${DETAIL} Trying again in 2 s.`,
    ]);
    expect(delaysMs.filter((ms) => ms >= 1_500 && ms < 2_000)).toHaveLength(2);
  });

  test('is sent again where it is a write, which was not processed', async () => {
    const { exitCode } = await run('network create lat --cidr 10.9.0.0/16 --no-wait', {
      'network.create': (_params, turn) => (turn === 0 ? tooSoon(500) : { connection: 'closed' }),
    });
    // Only a lost answer is not followed by another try.
    expect(server.calls.map(({ method }) => method)).toEqual(['network.create', 'network.create']);
    expect(exitCode).not.toBe(0);
  });

  test('is reported where the wait is longer than two minutes', async () => {
    const { exitCode, stderr } = await run('network list', {
      'network.list': () => tooSoon(600_000),
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).not.toContain('Trying again');
    expect(stderr).toContain(DETAIL);
  });

  test('says nothing of it with --quiet', async () => {
    const { exitCode, stderr } = await run('network list --quiet', {
      'network.list': (_params, turn) =>
        turn === 0 ? tooSoon(500) : { result: { items: [], next_cursor: null } },
    });
    expect([exitCode, server.calls.length]).toEqual([0, 2]);
    expect(stderr).not.toContain('Trying again');
  });

  test('ends with an interrupt while it waits', async () => {
    const { exitCode } = await run(
      'network list',
      { 'network.list': () => tooSoon(60_000) },
      { interruptOn: ({ written }) => written?.includes('Trying again') === true },
    );
    expect([exitCode, server.calls.length]).toEqual([130, 1]);
  });

  test('goes on with its preview where it was, on a terminal under its progress', async () => {
    const rule = 'package p\n\ndeny contains "no" if input.resource.memory_gb > 4\n';
    const { exitCode, stdout, stderr } = await run(
      'policy preview small.rego',
      {
        'policy.list': () => ({ result: { items: [], next_cursor: null } }),
        'policy.preview': (_params, turn) => {
          if (turn === 1) return tooSoon(3_000);
          return { result: { ...PART, next_position: turn < 2 ? 'second' : null } };
        },
      },
      { files: { 'small.rego': rule }, terminal: 'stderr' },
    );
    expect(exitCode).toBe(0);
    const previews = server.calls.filter(({ method }) => method === 'policy.preview');
    expect(previews.map(({ params }) => params.position)).toEqual([undefined, 'second', 'second']);
    expect(stdout).toContain('judged 4000 decisions');
    expect(stderr).toContain(
      '\r\u001b[Kjudged 2000; decisions before 2026-01-01T00:00:00.000Z next' +
        `\r\u001b[K${DETAIL} Trying again in 3 s.\n`,
    );
  });
});
