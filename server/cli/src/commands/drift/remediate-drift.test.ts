import { describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { sampleId } from '../../test-kit/sample-base.ts';
import { sampleAnswer } from '../../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';

type Values = Readonly<Record<string, unknown>>;

const VM = sampleId('vm');

const { remediated } = sampleAnswer('drift.remediate', {}) as { remediated: readonly Values[] };
const [ITEM = {}] = remediated;
const OPERATION = sampleAnswer('operation.get', { id: sampleId('op') }) as Values;

async function run(words: string, item: Values, handlers: FakeHandlers = {}) {
  const server = await startFakeServer({
    'drift.remediate': () => ({ result: { remediated: [{ ...ITEM, ...item }] } }),
    ...handlers,
  });
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const ran = await runInProcess(words.split(' '), { env });
  await server.close();
  return { ...ran, asked: server.calls.map(({ method, params }) => ({ method, params })) };
}

describe('novacron drift remediate', () => {
  const started = { outcome: 'started', operation: { ...OPERATION, status: 'running' } };
  const ending = (status: string): FakeHandlers => ({
    'operation.wait': () => ({ result: { ...OPERATION, status, problem: null } }),
  });

  test('changes nothing unless it is meant', async () => {
    const line = `drift remediate ${VM} --action revert`;
    const planned = await run(line, {});
    expect(planned.asked[0]?.params).toMatchObject({ dry_run: true, ids: [VM] });
    expect(planned.stderr).toBe('Dry run. Add --yes to apply\n');
    const both = await run(`${line} --yes --dry-run`, {});
    expect(both.asked[0]?.params).toMatchObject({ dry_run: true });
    const meant = await run(`${line} --yes`, { outcome: 'done' });
    expect(meant.asked[0]?.params).toEqual({ action: 'revert', ids: [VM] });
    expect(meant.stderr).toBe('');
  });

  test('waits for the operations that it has started, unless asked not to', async () => {
    const line = `drift remediate ${VM} --action revert --yes --quiet`;
    const waited = await run(line, started, ending('succeeded'));
    expect(waited.stdout).toMatch(/^done .* op_/m);
    expect(waited.exitCode).toBe(0);
    const left = await run(`${line} --no-wait`, started);
    expect(left.stdout).toMatch(/^started .* op_/m);
    expect(left.asked.map(({ method }) => method)).toEqual(['drift.remediate']);
  });

  test('ends with 1 where an operation fails, and says which', async () => {
    const line = `drift remediate ${VM} --action revert --yes --quiet`;
    const { stderr, exitCode } = await run(line, started, ending('failed'));
    expect(stderr).toContain(`novacron operation show ${OPERATION.id}`);
    expect(exitCode).toBe(1);
  });

  test('prints what to paste where drift is adopted', async () => {
    const { stdout } = await run(`drift remediate ${VM} --action adopt`, { action: 'adopt' });
    expect(stdout).toContain('resource "novacron_vm" "web-server-01" {\n  memory_gb = 16\n}\n');
  });

  test('says why nothing was done, and ends with 1', async () => {
    const why = problem('forbidden', { detail: 'It is critical.', remedy: 'Ask an admin.' });
    const item = { outcome: 'needs-approval', problem: toProblemDocument(why) };
    const { stdout, stderr, exitCode } = await run(
      `drift remediate ${VM} --action revert --yes`,
      item,
    );
    expect(stdout).toContain('It is critical.');
    expect(stderr).toBe('1 of 1 resources were not remediated\n');
    expect(exitCode).toBe(1);
  });
});
