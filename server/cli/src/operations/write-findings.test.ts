/** Answers of writes that are findings: samples that were not stored, damaged backups. */
import { expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess } from '../test-kit/run-in-process.ts';
import { RECOMMENDATION_ANSWERS } from '../test-kit/sample-recommendations.ts';
import { sampleAnswer } from '../test-kit/samples.ts';
import { startFakeServer } from '../test-kit/start-fake-server.ts';

const NOTICE = '2 samples are not stored: more than 2 hours old.';

async function write(counts: object) {
  const written = { ...sampleAnswer('metric.write', {}), ...counts };
  const server = await startFakeServer({ 'metric.write': () => ({ result: written }) });
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  const samples = '[{"name":"orders_count","value":1,"at":"3h"}]';
  const ran = await runInProcess(['metric', 'write', '--samples', samples], { env });
  await server.close();
  return ran;
}

test.each([
  ['some are stored', { stored: 1 }, 0, `notice: ${NOTICE}\n`],
  ['all were stored before', { stored: 0, duplicated: 1 }, 0, `notice: ${NOTICE}\n`],
  ['none is stored', { stored: 0 }, 1, `notice: ${NOTICE}\nNo sample is stored\n`],
])('where %s, it says which are not', async (_case, counts, code, words) => {
  const { exitCode, stderr, stdout } = await write({ ...counts, late: 2, notices: [NOTICE] });
  expect(stderr).toBe(words);
  expect(exitCode).toBe(code);
  expect(stdout).toMatch(/^late +2$/m);
});

test('a source without a value now is no failure', async () => {
  const { exitCode, stderr } = await write({ stored: 0, missing: 1 });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test('a backup that cannot be restored is a finding, with the reason', async () => {
  const result = { verification: 'failed', as_of: null, reason: 'novacron.db is damaged' };
  const server = await startFakeServer({ 'backup.verify': () => ({ result }) });
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  const words = ['admin', 'backup', 'verify', '20260102T030405678Z-0a1b2c3d'];
  const { exitCode, stderr, stdout } = await runInProcess(words, { env });
  await server.close();
  expect(exitCode).toBe(1);
  expect(stderr).toBe('The backup cannot be restored: novacron.db is damaged\n');
  expect(stdout).toMatch(/^verification +failed$/m);
});

test.each(['needs_approval', 'refused'])(
  'a recommendation whose outcome is %s fails, except as a dry run',
  async (outcome) => {
    const detail = 'Another person must approve this.';
    const document = toProblemDocument(problem('forbidden', { detail, remedy: 'Ask for votes.' }));
    const { resource } = RECOMMENDATION_ANSWERS['optimizer.apply'];
    const result = { resource: { ...resource, outcome, problem: document } };
    const server = await startFakeServer({ 'optimizer.apply': () => ({ result }) });
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
    const words = ['optimizer', 'apply', 'optimizer:consolidate', '-o', 'json'];
    const ran = await runInProcess(words, { env });
    const planned = await runInProcess([...words, '--dry-run'], { env });
    await server.close();
    expect(ran.exitCode).toBe(4);
    expect(ran.stdout).toContain(`"outcome": "${outcome}"`);
    expect(ran.stderr).toContain(detail);
    expect(planned).toMatchObject({ exitCode: 0, stdout: ran.stdout });
  },
);
