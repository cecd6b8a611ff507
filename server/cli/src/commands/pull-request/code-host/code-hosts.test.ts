/** The adapters, against a server with the habits of each code host. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Result } from '@novacron/contract/result';
import { createNodeIo } from '../../../node-io.ts';
import type { Refusal } from '../../gitops/step/refusal.ts';
import { readBody } from '../report/comment-body.ts';
import { publishReport, readReport } from '../report/publish-report.ts';
import {
  BOT,
  type FakeCodeHost,
  type HostedPull,
  startCodeHost,
} from '../test-kit/start-code-host.ts';
import type { CodeHost } from './code-host.ts';
import { openCodeHost } from './open-code-host.ts';

const [OLD, HEAD] = ['1'.repeat(40), '2'.repeat(40)];

const PULL: HostedPull = {
  head: HEAD,
  isOpen: true,
  isFork: false,
  isDraft: false,
  mergeable: true,
  author: 'ada',
  reviews: [],
};

function must<T>(result: Result<T, Refusal>): T {
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

describe.each(['github', 'forgejo', 'gitlab'] as const)('%s', (kind) => {
  let fake: FakeCodeHost;
  let host: CodeHost;
  /** Waits that were asked for, without being waited. Unit: ms. */
  let waits: number[];
  beforeEach(async () => {
    fake = await startCodeHost(kind);
    waits = [];
    const after = (delayMs: number, callback: () => void) => {
      waits.push(delayMs);
      const soon = setImmediate(callback);
      return () => clearImmediate(soon);
    };
    const stderr = { isTerminal: false, write: () => {} };
    const io = { ...createNodeIo({ version: '0.1.0' }), timers: { after }, stderr };
    const env = { ...fake.env, NOVACRON_DEPLOY_KEY: 'hush-hush' };
    host = must(openCodeHost({ env, io, signal: new AbortController().signal }));
    fake.pulls.set(17, PULL);
  });
  afterEach(() => fake.close());

  const change = (set: Partial<HostedPull>) => fake.pulls.set(17, { ...PULL, ...set });
  const read = async () => must(await host.readPullRequest(17));
  const publish = async (body: string, pull = PULL) =>
    publishReport(
      host,
      { ...(await read()), head: pull.head },
      {
        report: {
          head: pull.head,
          commit: pull.head,
          directories: [{ name: 'web', state: 'planned', digest: 'd', section: body }],
        },
        status: { state: 'success', description: body },
        key: 'plan-key',
      },
    );

  test('says whether a pull request is open, of a fork, and can be merged', async () => {
    expect(await read()).toEqual({
      number: 17,
      isOpen: true,
      head: HEAD,
      target: 'main',
      isFork: false,
      obstacle: undefined,
    });
    change({ isOpen: false, isFork: true, mergeable: false });
    expect(await read()).toMatchObject({
      isOpen: false,
      isFork: true,
      obstacle: 'it has conflicts',
    });
    change({ isDraft: true });
    expect(await read()).toMatchObject({ obstacle: 'it is a draft' });
  });

  test('a pull request that does not exist any more is not open', async () => {
    expect([must(await host.isOpen(17)), must(await host.isOpen(18))]).toEqual([true, false]);
    change({ isOpen: false });
    expect(must(await host.isOpen(17))).toBe(false);
  });

  test('asks who may write; people whom it does not know may not', async () => {
    const answers = [];
    for (const name of ['ada', 'grace', 'mallory', 'unknown']) {
      answers.push(must(await host.canWrite(name)));
    }
    expect(answers).toEqual([true, true, false, false]);
  });

  test.each([
    ['no one', [], false],
    ['the author', [{ user: 'ada', verdict: 'approved', commit: HEAD }], false],
    ['a person who may not write', [{ user: 'mallory', verdict: 'approved', commit: HEAD }], false],
    ["the token's own user", [{ user: BOT, verdict: 'approved', commit: HEAD }], false],
    ['another person who may write', [{ user: 'grace', verdict: 'approved', commit: HEAD }], true],
  ] as const)('an approval of %s', async (_who, reviews, expected) => {
    change({ reviews });
    expect(must(await host.isApproved(await read()))).toBe(expected);
  });

  test('writes one comment among many, and updates it', async () => {
    const others = [1, 2, 3].map((id) => ({ id, pull: 17, user: 'ada', body: `words ${id}` }));
    fake.comments = others;
    expect(must(await publish('first'))).toBe('written');
    expect(must(await publish('second, hush-hush'))).toBe('written');
    const [comment, ...more] = fake.comments.slice(3);
    expect([comment?.user, more]).toEqual([BOT, []]);
    expect(readBody(comment?.body ?? '', 'plan-key')?.directories[0]).toMatchObject({
      name: 'web',
      digest: 'd',
      section: 'second, ***',
    });
    expect(fake.statuses.at(-1)).toMatchObject({
      sha: HEAD,
      description: expect.stringMatching(/^(first|second, \*\*\*)$/),
    });
  });

  test('masks keys in replies, too', async () => {
    must(await host.createComment(17, 'cannot push to https://x:hush-hush@git.example'));
    expect(fake.comments[0]?.body).toBe('cannot push to https://x:***@git.example');
  });

  test("another person's comment with the marker is not the report", async () => {
    must(await publish('true'));
    const [own] = fake.comments;
    fake.comments = [
      { id: 1, pull: 17, user: 'mallory', body: (own?.body ?? '').replace('true', 'forged') },
      { ...own, id: 2, pull: 17, user: BOT, body: own?.body ?? '' },
    ];
    expect(must(await readReport(host, 17, 'plan-key'))?.directories[0]?.section).toBe('true');
    must(await publish('new'));
    expect(fake.comments.map(({ user }) => user)).toEqual(['mallory', BOT]);
    expect(fake.comments[0]?.body).toContain('forged');
  });

  test('of two runs that create a comment at the same time, one comment stays', async () => {
    fake.interfere = (request) => {
      if (!/^POST .*\/(notes|comments)$/.test(request)) return;
      fake.interfere = () => {};
      const body = '<!-- novacron:pull-request {} -->\nof the other run';
      fake.comments = [{ id: 1, pull: 17, user: BOT, body }];
    };
    must(await publish('of this run'));
    expect(fake.comments).toMatchObject([{ id: 1, body: expect.stringContaining('of this run') }]);
  });

  test('writes nothing about a commit that is no longer the head', async () => {
    expect(must(await publish('outdated', { ...PULL, head: OLD }))).toBe('outdated');
    expect([fake.comments, fake.statuses]).toEqual([[], []]);
  });

  test('a comment that is too long loses details, and still reads well', async () => {
    const details = `\n<details><summary>Plan</summary>\n\n${'x'.repeat(70_000)}\n\n</details>\n`;
    const long = Array.from({ length: 20 }, () => details).join('');
    must(await publish(`**1 to create**\n${long}`));
    const body = fake.comments[0]?.body ?? '';
    expect(body.length).toBeLessThanOrEqual(host.commentLengthMax);
    expect(body).toContain('**1 to create**\n\nDetails do not fit into a comment');
    expect(fake.statuses[0]?.description).toHaveLength(140);
  });

  test('waits as long as a rate limit says, and names one that is too long', async () => {
    fake.refusals.push(
      { status: 429, headers: { 'retry-after': '7' }, message: 'Too many' },
      {
        status: 403,
        headers: { 'retry-after': '2' },
        message: 'You exceeded a secondary rate limit',
      },
      { status: 403, headers: {}, message: 'You have exceeded a secondary rate limit' },
    );
    expect((await read()).head).toBe(HEAD);
    expect(waits).toEqual([7_000, 2_000, 60_000]);
    fake.refusals.push({ status: 429, headers: { 'retry-after': '3600' }, message: 'Too many' });
    const limited = await host.readPullRequest(17);
    expect(limited).toMatchObject({
      error: { reason: expect.stringContaining('with 429: Too many') },
    });
  });

  test('a refusal that is no limit is not tried again', async () => {
    fake.refusals.push({ status: 403, headers: {}, message: 'Resource not accessible' });
    expect(await host.readPullRequest(17)).toMatchObject({
      error: { reason: expect.stringContaining('with 403: Resource not accessible') },
    });
    expect(fake.seen).toHaveLength(1);
  });
});

test('on GitHub and Forgejo, approvals are of the last commit, and refusals count', async () => {
  for (const kind of ['github', 'forgejo'] as const) {
    const fake = await startCodeHost(kind);
    const io = createNodeIo({ version: '0.1.0' });
    const host = must(openCodeHost({ env: fake.env, io, signal: new AbortController().signal }));
    const ask = async (reviews: HostedPull['reviews']) => {
      fake.pulls.set(17, { ...PULL, author: 'linus', reviews });
      return must(await host.isApproved(must(await host.readPullRequest(17))));
    };
    const approved = { user: 'grace', verdict: 'approved', commit: HEAD } as const;
    const refused = { user: 'ada', verdict: 'refused', commit: HEAD } as const;
    expect(await ask([{ ...approved, commit: OLD }])).toBe(false);
    expect(await ask([{ ...approved, isDismissed: true }])).toBe(false);
    expect(await ask([refused, approved])).toBe(false);
    expect(await ask([refused, approved, { ...approved, user: 'ada' }])).toBe(true);
    await fake.close();
  }
});

test.each([
  [{}, 'GITHUB_API_URL or CI_API_V4_URL'],
  [{ GITHUB_API_URL: 'https://api.github.com' }, 'GITHUB_TOKEN'],
  [{ GITHUB_API_URL: 'https://api.github.com', GITHUB_TOKEN: 't' }, 'GITHUB_REPOSITORY'],
  [{ CI_API_V4_URL: 'https://gitlab.example/api/v4' }, 'GITLAB_TOKEN'],
])('variables that are missing are named: %j', (env, name) => {
  const io = createNodeIo({ version: '0.1.0' });
  const opened = openCodeHost({ env, io, signal: new AbortController().signal });
  expect(opened).toMatchObject({ ok: false, error: { reason: expect.stringContaining(name) } });
});
