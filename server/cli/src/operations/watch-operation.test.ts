/** Watching an operation until it has ended. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from '../test-kit/run-in-process.ts';
import { runningOperation, sampleOperation } from '../test-kit/sample-operation.ts';
import { sampleDocument } from '../test-kit/samples.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../test-kit/start-fake-server.ts';

const ID = 'op_01jd3v6t7re3h8z9k2m4n5p6q7';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** The operation is at 10, 10 and 60 percent, and then done. */
const HANDLERS: FakeHandlers = {
  'operation.get': () => ({ result: runningOperation({ progress_percent: 10 }) }),
  'operation.wait': (_params, turn) => {
    const percent = [10, 60][turn];
    return {
      result:
        percent === undefined ? sampleOperation() : runningOperation({ progress_percent: percent }),
    };
  },
};

async function watch(flags: string, handlers: FakeHandlers = HANDLERS, world: TestWorld = {}) {
  server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint };
  const argv = `operation show ${ID} --watch ${flags}`.trim().split(' ');
  return runInProcess(argv, { env, ...world });
}

const percentsIn = (text: string) =>
  [...text.matchAll(/progress_percent:? +(\d+)/g)].map(([, percent]) => percent);

describe('operation show --watch', () => {
  test('writes every change as a table of its own', async () => {
    const { exitCode, stdout, stderr } = await watch('');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(percentsIn(stdout)).toEqual(['10', '60', '100']);
    expect(stdout.split('\n\n')).toHaveLength(3);
  });

  test('writes a line of JSON for every change', async () => {
    const { stdout } = await watch('--output json');
    const lines = stdout.trimEnd().split('\n');
    const statuses = lines.map((line) => Object(JSON.parse(line)).status);
    expect(statuses).toEqual(['running', 'running', 'succeeded']);
  });

  test('writes a YAML document for every change', async () => {
    const { stdout } = await watch('--output yaml');
    expect(stdout.match(/^---$/gm)).toHaveLength(3);
    expect(percentsIn(stdout)).toEqual(['10', '60', '100']);
  });

  test('writes over itself on a terminal', async () => {
    const { stdout } = await watch('', HANDLERS, { terminal: 'stdout' });
    const [first = '', second = ''] = stdout.split('\u001b[J');
    const rows = first.split('\n').length - 1;
    expect(first).toMatch(new RegExp(`\\n\\u001b\\[${rows}A$`));
    expect(percentsIn(second)).toEqual(['60']);
  });

  test('says when the operation is not known', async () => {
    const gone = () => ({ problem: sampleDocument('not-found') });
    const { exitCode, stdout, stderr } = await watch('', { 'operation.get': gone });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('(not-found)');
  });

  test('can be interrupted', async () => {
    const handlers: FakeHandlers = {
      ...HANDLERS,
      'operation.wait': () => ({ connection: 'silent' }),
    };
    const interruptOn = ({ delayMs }: { readonly delayMs?: number }) => delayMs === 16_000;
    const { exitCode, stderr } = await watch('', handlers, { interruptOn });
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: 'interrupted\n' });
  });

  test('goes on where a problem is the result', async () => {
    const failed = sampleOperation({ status: 'failed', problem: sampleDocument('no-capacity') });
    const { exitCode } = await watch('', { 'operation.get': () => ({ result: failed }) });
    expect(exitCode).toBe(0);
  });
});
