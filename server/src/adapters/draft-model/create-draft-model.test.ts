/** Questions to an endpoint: what is sent, and what becomes of answers that are none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createBreakers } from '../breakers/create-breakers.ts';
import { guardAddresses } from '../egress/guard-addresses.ts';
import { createDraftModel, type ModelEndpoint } from './create-draft-model.ts';
import { type PlayedAnswer, type PlayedModel, playModel } from './test-kit/play-model.ts';

const KEY = 'sk-correct-horse';

let played: PlayedModel;
let directory: string;
let nowMs: number;

beforeEach(async () => {
  played = await playModel();
  directory = mkdtempSync(join(tmpdir(), 'novacron-model-'));
  nowMs = 1_000;
});

afterEach(async () => {
  await played.close();
  rmSync(directory, { recursive: true });
});

function modelWith(more: Partial<ModelEndpoint> = {}) {
  const endpoint: ModelEndpoint = {
    url: played.url,
    model: 'small-1',
    keyFile: undefined,
    ca: undefined,
    timeoutMs: 30_000,
    ...more,
  };
  const clock = { nowMs: () => nowMs };
  return createDraftModel(endpoint, {
    guard: guardAddresses([]),
    breakers: createBreakers(),
    clock,
  });
}

test('sends the body as it was written, with the key of the file as it is now', async () => {
  const keyFile = join(directory, 'key');
  writeFileSync(keyFile, `${KEY}\n`);
  const model = modelWith({ keyFile });
  const body = model.bodyOf([{ role: 'user', content: 'Hello' }]);
  expect(JSON.parse(body)).toEqual({
    model: 'small-1',
    messages: [{ role: 'user', content: 'Hello' }],
    temperature: 0,
    stream: false,
  });
  played.answer = { kind: 'content', content: 'kind: runbook' };
  expect(await model.ask(body)).toEqual({ ok: true, value: 'kind: runbook' });
  writeFileSync(keyFile, 'sk-next');
  await model.ask(body);
  const path = '/v1/chat/completions';
  expect(played.asked).toEqual([
    { path, body, authorization: `Bearer ${KEY}` },
    { path, body, authorization: 'Bearer sk-next' },
  ]);
  expect([model.host, model.model]).toEqual([played.host, 'small-1']);
});

test('sends no key where it has none', async () => {
  await modelWith().ask('{}');
  expect(played.asked).toMatchObject([{ authorization: undefined }]);
});

const raw = (status: number, body: string | Buffer): PlayedAnswer => ({
  kind: 'raw',
  status,
  body,
});

test.each<[string, PlayedAnswer, string]>([
  ['garbage', raw(200, '<html>'), 'answered without a chat completion'],
  ['no choice', raw(200, '{"choices":[]}'), 'answered without a chat completion'],
  ['no text', raw(200, '{"choices":[{"message":{"content":null}}]}'), 'without a chat completion'],
  ['a refused key', raw(401, '{"error":"sk-correct-horse is wrong"}'), 'answered 401'],
  ['too many requests', raw(429, '{}'), 'answered 429'],
  ['10 MB', raw(200, Buffer.alloc(10_000_000, 'a')), 'answered too much'],
])('%s is a failure', async (_what, answer, words) => {
  played.answer = answer;
  const answered = await modelWith().ask('{}');
  expect(answered).toMatchObject({ ok: false });
  expect(answered.ok ? '' : answered.error.words).toContain(words);
  expect(JSON.stringify(answered)).not.toContain('sk-correct-horse');
});

test('a redirect is not followed', async () => {
  const other = await playModel();
  played.answer = { kind: 'redirect', to: `${other.url}/chat/completions` };
  const answered = await modelWith().ask('{}');
  expect(answered).toEqual({ ok: false, error: { words: 'answered 307' } });
  expect(other.asked).toEqual([]);
  await other.close();
});

test('silence ends with the time that it has, or when the caller is gone', async () => {
  played.answer = { kind: 'silent' };
  const late = await modelWith({ timeoutMs: 100 }).ask('{}');
  expect(late).toEqual({ ok: false, error: { words: 'did not answer within 0.1 s' } });
  const gone = await modelWith().ask('{}', AbortSignal.abort());
  expect(gone).toMatchObject({ ok: false });
});

test('an endpoint that fails several times in a row is left alone for a while', async () => {
  const model = modelWith();
  played.answer = raw(500, '{}');
  for (let times = 0; times < 3; times += 1) await model.ask('{}');
  const open = { words: 'has failed several times in a row, so it is left alone for now' };
  expect(await model.ask('{}')).toEqual({ ok: false, error: open });
  expect(played.asked).toHaveLength(3);
  played.answer = { kind: 'content', content: 'well' };
  nowMs += 30_000;
  expect(await model.ask('{}')).toEqual({ ok: true, value: 'well' });
});

test('a key file that is gone, and a host that is away, are named without a path', async () => {
  const answered = await modelWith({ keyFile: join(directory, 'none') }).ask('{}');
  expect(answered).toEqual({
    ok: false,
    error: { words: 'is not asked: the file of its key cannot be read (ENOENT)' },
  });
  expect(played.asked).toEqual([]);
  const model = modelWith();
  await played.close();
  expect(await model.ask('{}')).toEqual({
    ok: false,
    error: { words: 'cannot be reached (ECONNREFUSED)' },
  });
});
