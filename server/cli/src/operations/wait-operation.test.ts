/** Waiting for operations: progress, failures, limits and interruptions. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from '../test-kit/run-in-process.ts';
import { runningOperation, sampleOperation } from '../test-kit/sample-operation.ts';
import { sampleAnswer, sampleDocument } from '../test-kit/samples.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../test-kit/start-fake-server.ts';

const CREATE = 'vm create web-server-01 --cpu-cores 4 --memory-gb 8 --disk-gb 100';
const ID = 'op_01jd3v6t7re3h8z9k2m4n5p6q7';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(line: string, handlers: FakeHandlers, world: TestWorld = {}) {
  server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint };
  const record = await runInProcess(line.split(' '), { env, ...world });
  return { ...record, methods: server.calls.map(({ method }) => method), calls: server.calls };
}

const endsAfter = (polls: number) => (_params: unknown, turn: number) => ({
  result: turn < polls ? runningOperation() : sampleOperation(),
});

describe('waiting', () => {
  describe.each([
    ['optimizer apply optimizer:consolidate', 'optimizer.apply'],
    [`compliance finding correct cfnd_${ID.slice(3)}`, 'compliance_finding.correct'],
  ] as const)('for what %s has started', (line, name) => {
    const { resource } = sampleAnswer(name, {}) as { resource: object };
    const started = {
      resource: { ...resource, outcome: 'started', operation: runningOperation() },
    };
    const handlers = { [name]: () => ({ result: started }), 'operation.wait': endsAfter(1) };

    test('shows its end', async () => {
      const { exitCode, methods, stdout } = await run(`${line} -o json`, handlers);
      expect({ exitCode, methods }).toEqual({
        exitCode: 0,
        methods: [name, 'operation.wait', 'operation.wait'],
      });
      const shown = JSON.parse(stdout);
      expect(shown.resource).toMatchObject({ outcome: 'started', operation: sampleOperation() });
    });

    test('ends at once with --no-wait', async () => {
      const { exitCode, methods, stderr } = await run(`${line} --no-wait`, handlers);
      expect({ exitCode, methods }).toEqual({ exitCode: 0, methods: [name] });
      expect(stderr).toBe(`Not waiting. Run \`novacron operation wait ${ID}\` to wait for it\n`);
    });
  });

  test('polls until the operation has ended', async () => {
    const { exitCode, methods, stderr } = await run(CREATE, { 'operation.wait': endsAfter(2) });
    const waits = ['operation.wait', 'operation.wait', 'operation.wait'];
    expect(methods).toEqual(['vm.create', ...waits, 'vm.get']);
    const line = 'vm.create web-server-01: 40 % create\n';
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: line });
  });

  test('writes a line into a log only for what is new', async () => {
    const at = [10, 10, 10, 60, 60];
    const { stderr } = await run(CREATE, {
      'operation.wait': (_params, turn) => {
        const percent = at[turn];
        if (percent === undefined) return { result: sampleOperation() };
        const status = percent < 50 ? 'running' : 'undoing';
        return { result: runningOperation({ progress_percent: percent, status }) };
      },
    });
    expect(stderr).toBe(
      'vm.create web-server-01: 10 % create\nvm.create web-server-01: 60 % undoing create\n',
    );
  });

  test.each(['stderr', 'none'] as const)('is silent with --quiet (%s)', async (terminal) => {
    const handlers = { 'operation.wait': endsAfter(2) };
    const { exitCode, stderr, calls } = await run(`${CREATE} --quiet`, handlers, { terminal });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(calls[1]?.params).toEqual({ id: ID, timeout_ms: 30_000 });
  });

  test('shows its progress on a terminal, and takes it away again', async () => {
    const handlers = { 'operation.wait': endsAfter(1) };
    const { stderr, calls } = await run(CREATE, handlers, { terminal: 'stderr' });
    const bar = '[##########--------------]';
    expect(stderr).toBe(`\r\u001b[Kvm.create web-server-01 ${bar} 40 % create\r\u001b[K`);
    expect(calls[1]?.params).toEqual({ id: ID, timeout_ms: 1000 });
  });

  test('outlives a server that is started again', async () => {
    const { exitCode, methods } = await run(CREATE, {
      'operation.wait': (_params, turn) =>
        turn < 6 ? { connection: 'closed' } : { result: sampleOperation() },
    });
    expect(exitCode).toBe(0);
    expect(methods.filter((method) => method === 'operation.wait')).toHaveLength(7);
  });

  test('ends when the time is up, and the operation goes on', async () => {
    const forever = () => ({ result: runningOperation() });
    const line = `operation wait ${ID} --wait-timeout 2`;
    const { exitCode, stdout, stderr } = await run(line, { 'operation.wait': forever });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`Timed out waiting for the operation ${ID} (--wait-timeout)`);
    expect(stderr).toContain(`what to do: Run \`novacron operation wait ${ID}\` to wait for it.`);
  });

  test('can be interrupted, and says how to go on', async () => {
    const forever = () => ({ connection: 'silent' }) as const;
    const { exitCode, stdout, stderr } = await run(
      CREATE,
      { 'operation.wait': forever },
      { interruptOn: ({ delayMs }) => delayMs === 20_000 },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(stderr).toBe(
      `interrupted; the operation continues. ` +
        `Run \`novacron operation wait ${ID}\` to wait for it, ` +
        `or \`novacron operation show ${ID}\` to see it.\n`,
    );
  });

  test('still names a resource that has been deleted meanwhile', async () => {
    const gone = () => ({ problem: sampleDocument('not-found') });
    const { exitCode, stdout } = await run(CREATE, { 'vm.get': gone });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('web-server-01');
  });
});

describe('an operation that fails', () => {
  const failed = sampleOperation({
    status: 'failed',
    problem: sampleDocument('no-capacity', { detail: 'Every node is full.' }),
  });

  test('fails the write with its problem and 1', async () => {
    const handlers: FakeHandlers = { 'operation.wait': () => ({ result: failed }) };
    const { exitCode, stdout, stderr } = await run(CREATE, handlers);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      'error: Insufficient capacity (no-capacity)\n' +
        'Every node is full.\n' +
        'what to do: Try harder.\n' +
        `operation: ${ID}\n` +
        'request id: req_01jd3v6t7re3h8z9k2m4n5p6q7\n',
    );
  });

  test('is shown by operation wait, besides its problem as JSON', async () => {
    const handlers: FakeHandlers = { 'operation.wait': () => ({ result: failed }) };
    const line = `operation wait ${ID} --output json`;
    const { exitCode, stdout, stderr } = await run(line, handlers);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual(failed);
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'no-capacity',
      data: { operation_id: ID },
    });
  });

  test('is explained even without a problem of its own', async () => {
    const stuck = sampleOperation({ status: 'stuck' });
    const { exitCode, stderr } = await run(CREATE, {
      'operation.wait': () => ({ result: stuck }),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('vm.create of web-server-01 failed and could not be rolled back.');
    expect(stderr).toContain(`novacron operation show ${ID}`);
  });

  test('keeps exit code 1 although a policy is the reason', async () => {
    const denied = sampleOperation({
      status: 'failed',
      problem: sampleDocument('policy-denied'),
    });
    const { exitCode } = await run(CREATE, { 'operation.wait': () => ({ result: denied }) });
    expect(exitCode).toBe(1);
  });
});

test('warnings of policies are written to standard error', async () => {
  const { exitCode, stderr, stdout } = await run('network delete production-network', {
    'network.delete': () => ({
      result: {
        operation: sampleOperation({ kind: 'network.delete' }),
        warnings: [{ policy: 'Keep networks', message: 'think\ntwice' }],
      },
    }),
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: 'warning: Keep networks: think twice\n',
  });
  expect(stdout).toContain('network.delete');
});
