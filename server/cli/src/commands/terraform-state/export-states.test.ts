/** Exports of states: whole or not at all, and readable for their owner only. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { sampleAnswer } from '../../test-kit/samples.ts';
import { type FakeFiles, startFakeServer } from '../../test-kit/start-fake-server.ts';

const [SAMPLE] = Object(sampleAnswer('terraform_state.list', {})).items;
const STATES = [
  { ...SAMPLE, name: 'network', version: 2 },
  { ...SAMPLE, name: 'locked-only', version: 0 },
  { ...SAMPLE, name: 'web', version: 7 },
];

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'novacron-export-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

async function exportTo(directory: string, files: FakeFiles) {
  const items = { result: { items: STATES, next_cursor: null } };
  const server = await startFakeServer({ 'terraform_state.list': () => items }, files);
  const env = { NOVACRON_ENDPOINT: server.endpoint };
  const run = await runInProcess(['terraform-state', 'export', directory], { env });
  await server.close();
  return run;
}

test('writes each state in its current version, with an index', async () => {
  const directory = join(parent, 'states');
  const { exitCode } = await exportTo(directory, ({ url }) => ({ status: 200, body: `${url}` }));
  expect(exitCode).toBe(0);
  const files = ['index.json', 'network.tfstate', 'web.tfstate'];
  expect(readdirSync(directory)).toEqual(files);
  expect(files.map((file) => statSync(join(directory, file)).mode & 0o777)).toEqual([
    0o600, 0o600, 0o600,
  ]);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const content = readFileSync(join(directory, 'web.tfstate'), 'utf8');
  expect(content).toBe('/terraform-states/web?version=7');
  const index = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8'));
  expect(index.exported_at).toMatch(/^\d{4}-.*Z$/);
  expect(index.states[1]).toEqual({
    name: 'web',
    file: 'web.tfstate',
    serial: SAMPLE.serial,
    lineage: SAMPLE.lineage,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
});

test('a state that cannot be fetched leaves nothing behind', async () => {
  const gone = problem('not-found', { detail: 'The state web has no content.', remedy: 'Wait.' });
  const body = JSON.stringify(toProblemDocument(gone));
  const { exitCode, stderr } = await exportTo(join(parent, 'states'), ({ url }) =>
    url?.includes('web') ? { status: 404, body } : { status: 200, body: '{}' },
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('The state web has no content.');
  expect(readdirSync(parent)).toEqual([]);
});

test('a directory that exists is left as it is', async () => {
  const directory = join(parent, 'states');
  mkdirSync(directory);
  const { exitCode, stderr } = await exportTo(directory, () => ({ status: 200, body: '{}' }));
  expect([exitCode, readdirSync(directory)]).toEqual([2, []]);
  expect(stderr).toContain(`${directory} exists: name a new directory`);
});
