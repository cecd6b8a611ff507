/** Locks with the real Git, and a bare repository as the remote. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ok } from '@novacron/contract/result';
import { type GitFixture, makeRepository } from '../../gitops/test-kit/git-fixture.ts';
import { lockDirectory, unlockDirectories, unlockUnapplied } from './directory-locks.ts';
import { runIn } from './open-checkout.ts';

let work: string;
let origin: GitFixture;
const WEB = { name: 'web', state: 'prod.web' };
const LIVE = { name: 'live', state: 'prod' };

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'novacron-locks-'));
  origin = makeRepository();
  origin.commit({ 'live/main.tf': '' });
  git('clone', '--quiet', '--bare', origin.directory, 'remote.git');
});
afterAll(() => {
  origin.remove();
  rmSync(work, { recursive: true, force: true });
});

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: work, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** A checkout of its own, as each pipeline has one. */
function checkOut(name: string) {
  git('clone', '--quiet', 'remote.git', name);
  return { run: runIn(join(work, name), process.env, new AbortController().signal) };
}

const open = new Set([17, 18, 19]);
const isOpen = async (number: number) => ok(open.has(number));

test('one of two pull requests locks a directory; it is free once that one is closed', async () => {
  const [one, other] = [checkOut('one'), checkOut('other')];
  const lock = (checkout: typeof one, number: number, directory = WEB) =>
    lockDirectory(checkout, { directory, number, purpose: 'plan', isOpen });
  const both = await Promise.all([lock(one, 17), lock(other, 18)]);
  const [first, second] = both.map((each) => (each.ok ? each.value : 0));
  if (first === undefined) throw new Error('the directory is not locked');
  expect([17, 18]).toContain(first);
  // Both name the same holder.
  expect(second).toBe(first);
  expect(await lock(one, 19, LIVE)).toMatchObject({ value: 19 });
  const loser = 17 + 18 - first;
  expect(await lock(other, loser)).toMatchObject({ value: first });
  open.delete(first);
  expect(await lock(other, loser)).toMatchObject({ value: loser });
  // The former holder frees nothing of others.
  expect(await unlockDirectories(one, { number: first })).toMatchObject({ value: [] });
  expect(await unlockDirectories(one, { number: loser, only: 'web' })).toMatchObject({
    value: ['web'],
  });
  expect(await unlockDirectories(one, { number: 19 })).toMatchObject({ value: ['live'] });
  expect(git('--git-dir=remote.git', 'for-each-ref', 'refs/novacron')).toBe('');
});

test('a lock outlasts plans without changes once its pull request has applied', async () => {
  const checkout = checkOut('applied');
  const lock = (number: number, purpose: 'plan' | 'apply', name = 'web') =>
    lockDirectory(checkout, { directory: { ...WEB, name }, number, purpose, isOpen });
  const free = () => unlockUnapplied(checkout, { number: 19, state: WEB.state });
  await lock(19, 'plan');
  expect(await free()).toMatchObject({ value: true });
  await lock(19, 'apply');
  expect(await lock(19, 'plan')).toMatchObject({ value: 19 });
  expect(await free()).toMatchObject({ value: false });
  open.add(20);
  // The state is locked, whatever its directory is called.
  expect(await lock(20, 'apply', 'moved')).toMatchObject({ value: 19 });
  expect(await unlockDirectories(checkout, { number: 19 })).toMatchObject({ value: ['web'] });
});

test('a remote that refuses pushes is named', async () => {
  const checkout = checkOut('refused');
  await lockDirectory(checkout, { directory: WEB, number: 17, purpose: 'plan', isOpen });
  const hook = '#!/bin/sh\necho "these refs are protected" >&2\nexit 1\n';
  writeFileSync(join(work, 'remote.git/hooks/pre-receive'), hook, { mode: 0o755 });
  const reason = expect.stringContaining('these refs are protected');
  expect(await unlockDirectories(checkout, { number: 17 })).toMatchObject({ error: { reason } });
  const refused = await lockDirectory(checkout, {
    directory: LIVE,
    number: 17,
    purpose: 'plan',
    isOpen,
  });
  expect(refused).toMatchObject({ error: { reason } });
});
