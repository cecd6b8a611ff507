import { expect, test } from '@jest/globals';
import { readCommand, readComment, readNumber } from './read-event.ts';

test.each([
  ['novacron plan', { verb: 'plan' }],
  ['novacron apply -d live/web\nbecause of the launch', { verb: 'apply', only: 'live/web' }],
  ['  novacron unlock --directory two words \r\n', { verb: 'unlock', only: 'two words' }],
  ['novacron', { verb: 'help' }],
  ['novacron aply', { verb: 'help' }],
  [`novacron plan ${'a1'.repeat(20)} -d web`, { verb: 'plan', reviewed: 'a1'.repeat(20) }],
  ['novacron plan a1b2c3', { verb: 'help' }],
  ['novacron apply --force', { verb: 'help' }],
  [`novacron plan -d ${'x'.repeat(500)}`, { verb: 'help' }],
  ['Please\nnovacron apply', undefined],
  ['novacrons are nice', undefined],
  ['> novacron apply', undefined],
])('%j', (body, expected) => {
  if (expected === undefined) expect(readCommand(body)).toBeUndefined();
  else expect(readCommand(body)).toMatchObject(expected);
});

const GITHUB = {
  action: 'created',
  issue: { number: 17, pull_request: { url: 'https://api.github.com/…' } },
  comment: { body: 'novacron plan', user: { login: 'ada' } },
};
const FORGEJO = { ...GITHUB, issue: { number: 17, pull_request: null }, is_pull: true };
const GITLAB = {
  object_kind: 'note',
  user: { username: 'ada' },
  object_attributes: { note: 'novacron plan', action: 'create' },
  merge_request: { iid: 17 },
};

const ioOf = (event: unknown) => ({ readText: async () => JSON.stringify(event) });

test.each([
  ['GitHub', GITHUB],
  ['Forgejo', FORGEJO],
  ['GitLab', GITLAB],
])('a comment of %s', async (_host, event) => {
  const comment = { number: 17, user: 'ada', body: 'novacron plan' };
  expect(await readComment(ioOf(event), { GITHUB_EVENT_PATH: 'e' }, undefined)).toMatchObject({
    value: comment,
  });
  expect(await readNumber(ioOf(event), {}, { event: 'e' })).toMatchObject({ value: 17 });
});

test.each([
  ['an edited comment', { ...GITHUB, action: 'edited' }],
  ['a comment on an issue', { ...GITHUB, issue: { number: 3 } }],
  ['an edited note', { ...GITLAB, object_attributes: { note: 'novacron plan', action: 'update' } }],
  ['a note on a commit', { ...GITLAB, merge_request: undefined }],
  ['a push', { ref: 'refs/heads/main' }],
])('%s is no comment on a pull request', async (_what, event) => {
  expect(await readComment(ioOf(event), {}, 'e')).toEqual({ ok: true, value: undefined });
});

test('the number is that of the flag, of the pipeline, or of the event', async () => {
  const event = { action: 'opened', pull_request: { number: 4 } };
  const env = { CI_MERGE_REQUEST_IID: '5', GITHUB_EVENT_PATH: 'e' };
  expect(await readNumber(ioOf(event), env, { number: 6 })).toMatchObject({ value: 6 });
  expect(await readNumber(ioOf(event), env, {})).toMatchObject({ value: 5 });
  expect(await readNumber(ioOf(event), { GITHUB_EVENT_PATH: 'e' }, {})).toMatchObject({ value: 4 });
  expect(await readNumber(ioOf({}), { GITHUB_EVENT_PATH: 'e' }, {})).toMatchObject({
    error: { reason: 'The event is not about a pull request. Name one with --number.' },
  });
});
