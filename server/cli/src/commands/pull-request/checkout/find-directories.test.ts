/** Affected directories with the real Git, and a bare repository as the remote. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type GitFixture, makeRepository } from '../../gitops/test-kit/git-fixture.ts';
import { findDirectories } from './find-directories.ts';
import { isBehind, openCheckout } from './open-checkout.ts';

let repository: GitFixture;
let remote: string;
beforeEach(() => {
  repository = makeRepository();
  remote = mkdtempSync(join(tmpdir(), 'novacron-remote-'));
  repository.git('remote', 'add', 'origin', remote);
  execFileSync('git', ['init', '--quiet', '--bare', remote]);
});
afterEach(() => {
  repository.remove();
  rmSync(remote, { recursive: true, force: true });
});

const backend = (state: string) => `terraform {
  backend "http" {
    address = "https://x.example/terraform-states/${state}"
  }
}
`;

/** Commits what the target branch has, and then a pull request. */
async function find(
  target: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
  isFork = false,
) {
  repository.commit(target);
  repository.git('push', '--quiet', 'origin', 'main');
  const head = repository.commit(change);
  const checkout = await openCheckout(repository.directory, {
    env: process.env,
    signal: new AbortController().signal,
    pull: { head, target: 'main', isFork },
  });
  if (!checkout.ok) return checkout.error.reason;
  const found = await findDirectories(checkout.value, { isFork });
  if (!found.ok) return found.error.reason;
  return found.value.directories.map(({ name, state }) => `${name} ${state}`);
}

const MODULES = {
  'web/main.tf': `${backend('web')}module "vm" { source = "../modules/vm" }`,
  'db/main.tf': backend('db'),
  'modules/vm/main.tf': '# one',
  'README.md': '',
};

test('without a file, directories with a state are planned with their modules', async () => {
  expect(await find(MODULES, { 'modules/vm/main.tf': '# two', 'README.md': 'new' })).toEqual([
    'web web',
  ]);
});

test('a new directory is planned, and other settings mean all of them', async () => {
  expect(await find(MODULES, { 'cache/main.tf': backend('cache') })).toEqual(['cache cache']);
  const settings = 'directories: [{ path: db }, { path: web, state: other }]';
  expect(await find({ a: '' }, { '.novacron.yaml': settings })).toEqual(['db db', 'web other']);
});

test('a fork chooses neither directories nor states', async () => {
  const change = { 'web/main.tf': backend('secrets'), 'cache/main.tf': backend('secrets') };
  expect(await find(MODULES, change, true)).toEqual(['web web']);
});

test('two directories with one state are refused', async () => {
  const settings = 'directories: [{ path: db }, { path: web, state: db }]';
  expect(await find(MODULES, { '.novacron.yaml': settings })).toContain(
    'db and web have the same state, db',
  );
});

test('of a fork, the head is planned, with the settings of the target branch of now', async () => {
  repository.commit(MODULES);
  repository.git('checkout', '--quiet', '-b', 'fork');
  const head = repository.commit({ 'web/main.tf': `${MODULES['web/main.tf']}\n# 2` });
  repository.commit({ 'db/main.tf': `${backend('db')}# not reviewed` });
  repository.git('checkout', '--quiet', 'main');
  const target = repository.commit({
    '.novacron.yaml': 'directories: [{ path: web, state: web, name: new-name }]',
  });
  repository.git('push', '--quiet', 'origin', 'main');
  repository.git('checkout', '--quiet', 'fork');
  const open = async (isFork: boolean) => {
    const opened = await openCheckout(repository.directory, {
      env: process.env,
      signal: new AbortController().signal,
      pull: { head, target: 'main', isFork },
    });
    if (!opened.ok) throw new Error(opened.error.reason);
    return opened.value;
  };
  const fork = await open(true);
  expect(fork).toMatchObject({ commit: head, target });
  const found = await findDirectories(fork, { isFork: true });
  expect(found).toMatchObject({ value: { trusted: target, directories: [{ name: 'new-name' }] } });
  expect(isBehind(await open(false))).toBe(true);
  repository.git('merge', '--quiet', '--no-edit', 'main');
  expect(isBehind(await open(false))).toBe(false);
});

test('a directory without a state is refused', async () => {
  const settings = 'directories: [{ path: modules/vm }]';
  expect(await find(MODULES, { '.novacron.yaml': settings })).toContain('modules/vm has no state');
});

test('a shallow checkout is refused', async () => {
  expect(await find(MODULES, { 'README.md': 'new' })).toEqual([]);
  const shallow = join(remote, 'shallow');
  execFileSync('git', ['clone', '--quiet', '--depth=1', repository.url, shallow]);
  const head = repository.git('rev-parse', 'HEAD^');
  const opened = await openCheckout(shallow, {
    env: process.env,
    signal: new AbortController().signal,
    pull: { head, target: 'main', isFork: false },
  });
  expect(opened).toMatchObject({
    error: { reason: expect.stringContaining('Check out the pull request with its whole history') },
  });
});
