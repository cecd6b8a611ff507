/** Support bundles: what is in them, and what must never be. */
import { afterEach, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { sampleAnswer, sampleDocument } from '../../test-kit/samples.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../../test-kit/start-fake-server.ts';
import { SECTIONS } from './support-contents.ts';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(words: readonly string[], world: TestWorld = {}, handlers: FakeHandlers = {}) {
  server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'key' };
  return runInProcess(['admin', 'support-bundle', ...words], { ...world, env });
}

/** Fields whose values users choose. */
const OF_USERS =
  /^(?:name|labels|address|reason|message|detail|summary|principal|person|target_.*)$/;

function textsOfUsers(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, each]) =>
    typeof each === 'string' && OF_USERS.test(field) ? [each] : textsOfUsers(each),
  );
}

test('the bundle has what was shown before, and no text of users', async () => {
  const { exitCode, stderr, written } = await run([], { answer: 'yes' });
  expect(exitCode).toBe(0);
  const text = written['novacron-support.json'] ?? '';
  const bundle: Record<string, unknown> = JSON.parse(text);
  const titles = SECTIONS.map(({ title }) => title);
  expect(Object.keys(bundle).slice(3)).toEqual(titles);
  for (const title of titles) expect(stderr).toContain(`  ${title}: `);
  // The names of these are ours.
  const ours = ['release', 'fleet', 'reconcilers'];
  const others = SECTIONS.filter(({ title }) => !ours.includes(title));
  const names = others.flatMap(({ operation }) => textsOfUsers(sampleAnswer(operation, {})));
  expect(names).not.toEqual([]);
  for (const name of names) expect(text).not.toContain(JSON.stringify(name));
});

test('a part that the server refuses is said to be missing', async () => {
  const refuse = () => ({ problem: sampleDocument('forbidden') });
  const { written } = await run(['own.json', '--yes'], {}, { 'node.list': refuse });
  expect(JSON.parse(written['own.json'] ?? '')).toMatchObject({
    nodes: { not_read: 'forbidden' },
    operations: { items: expect.any(Array) },
  });
});

test.each([
  ['a script that has not read the list', {}, 2, 'add --yes'],
  ['a person who says no', { answer: 'no' }, 1, 'Nothing was changed'],
])('%s gets no file', async (_who, world, code, words) => {
  const { exitCode, stderr, written } = await run([], world);
  expect({ exitCode, written }).toEqual({ exitCode: code, written: {} });
  expect(stderr).toContain(words);
});
