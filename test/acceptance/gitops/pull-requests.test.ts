/**
 * Pull requests with the real Terraform, Git and server: plan, lock, approval, apply, forks. The
 * code host is that of `start-code-host.ts`; the remote is a bare repository.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import {
  type GitFixture,
  makeRepository,
} from '../../../server/cli/src/commands/gitops/test-kit/git-fixture.ts';
import {
  type PullRequestRequest,
  runPullRequest,
} from '../../../server/cli/src/commands/pull-request/run-pull-request.ts';
import {
  type FakeCodeHost,
  type HostedPull,
  startCodeHost,
} from '../../../server/cli/src/commands/pull-request/test-kit/start-code-host.ts';
import { createNodeIo } from '../../../server/cli/src/node-io.ts';
import { findTerraform } from '../../support/services/find-terraform.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(120_000);
findTerraform();

const ROOT = resolve(__dirname, '../../..');

let system: System;
let repository: GitFixture;
let fake: FakeCodeHost;
let work: string;
let keys: Readonly<Record<string, string>>;
let main: string;

/** What a key of plans may do, as docs/how-to/pull-requests.md says. */
const PLANNER = ['*.get', '*.list', 'admission.preview', 'drift.report', 'terraform_state.read'];

beforeAll(async () => {
  system = await startSystem();
  fake = await startCodeHost('github');
  work = mkdtempSync(join(tmpdir(), 'novacron-pulls-'));
  await system.call('role.create', { name: 'planner', operations: PLANNER });
  const planner = await system.call('api_key.create', { name: 'ci-plan', role: 'planner' });
  keys = {
    NOVACRON_ENDPOINT: system.url,
    NOVACRON_API_KEY: planner.secret,
    NOVACRON_DEPLOY_KEY: await system.createKey('operator'),
  };
  const generic = { cpu_core: 0.02, memory_gb: 0.005 };
  await system.call('price_list.create', { name: 'standard', currency: 'EUR', generic });
  repository = makeRepository();
  cpSync(
    join(ROOT, 'policies/development-is-small'),
    join(repository.directory, 'policies/development-is-small'),
    { recursive: true },
  );
  main = repository.commit({
    '.novacron.yaml': `
directories:
  - { path: web, name: web, state: web, depends_on: [base] }
  - { path: live/base, name: base, state: base, variables: { secret: first-secret } }
  - { path: tools, state: tools }
policies: [policies]
programs: allow
`,
    'live/base/main.tf': '',
    'modules/vm/main.tf': moduleOf(1),
    'web/main.tf': '',
    'tools/main.tf': '',
  });
  git('clone', '--quiet', '--bare', repository.directory, 'remote.git');
  repository.git('remote', 'add', 'origin', join(work, 'remote.git'));
});
beforeEach(() => {
  fake.seen.length = 0;
});
afterAll(async () => {
  repository.remove();
  rmSync(work, { recursive: true, force: true });
  await fake.close();
  await system.stop();
});

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: work, encoding: 'utf8', stdio: 'pipe' }).trim();
}

const PREAMBLE =
  'terraform {\n  required_providers {\n    novacron = { source = "novacron/novacron" }\n  }\n}\n';

function moduleOf(cores: number, memory = 1): string {
  return `${PREAMBLE}
variable "name" {}
resource "novacron_vm" "it" {
  name      = var.name
  cpu_cores = ${cores}
  memory_gb = ${memory}
  disk_gb   = 10
  metadata  = { environment = "development", owner = "@ada" }
}
`;
}

const WEB = `${PREAMBLE}module "web" {\n  source = "../modules/vm"\n  name   = "web"\n}\n`;

const BASE = `${PREAMBLE}
variable "secret" { sensitive = true }
resource "terraform_data" "token" { input = var.secret }
resource "novacron_network" "lan" {
  name = "lan"
  cidr = "10.20.0.0/24"
}
`;

/** Opens a pull request, or pushes to it; the pipeline has it checked out. */
function push(
  number: number,
  files: Readonly<Record<string, string>>,
  set: Partial<HostedPull> = {},
): string {
  const branch = `pull-${number}`;
  repository.git('checkout', '--quiet', '-B', branch, main);
  const head = repository.commit(files);
  repository.git('push', '--quiet', '--force', 'origin', branch);
  rmSync(join(work, branch), { recursive: true, force: true });
  git('clone', '--quiet', '--branch', branch, 'remote.git', branch);
  fake.pulls.set(number, {
    head,
    isOpen: true,
    isFork: false,
    isDraft: false,
    mergeable: true,
    author: 'ada',
    reviews: [],
    ...set,
  });
  return head;
}

async function run(number: number, request: Omit<PullRequestRequest, 'number'>) {
  const written: string[] = [];
  const stderr = { isTerminal: false, write: (text: string) => written.push(text) };
  const io = { ...createNodeIo({ version: '0.1.0' }), stderr };
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...keys, ...fake.env };
  const root = join(work, `pull-${number}`);
  const outcome = await runPullRequest({ io, env }, { number, ...request }, root);
  const { document, failure } = outcome;
  const lines = document?.kind === 'lines' ? document.value.lines.join('\n') : '';
  return {
    lines,
    failure: failure?.kind === 'findings' ? failure.message : '',
    log: written.join(''),
  };
}

/** Runs the pipeline of a comment. */
function say(number: number, user: string, body: string) {
  const event = join(work, 'event.json');
  const comment = { body, user: { login: user } };
  const issue = { number, pull_request: {} };
  writeFileSync(event, JSON.stringify({ action: 'created', issue, comment }));
  return run(number, { verb: 'comment', event });
}

function approve(number: number): void {
  const pull = fake.pulls.get(number);
  if (pull === undefined) throw new Error(`there is no pull request ${number}`);
  const review = { user: 'grace', verdict: 'approved', commit: pull.head } as const;
  fake.pulls.set(number, { ...pull, reviews: [review] });
}

const commentOf = (number: number) =>
  fake.comments.find(({ pull, body }) => pull === number && body.startsWith('<!--'))?.body ?? '';

const listLocks = () =>
  git('--git-dir=remote.git', 'for-each-ref', '--format=%(refname)', 'refs/novacron');

test('from the plan to the apply, in order, while another pull request waits', async () => {
  push(17, { 'web/main.tf': WEB, 'live/base/main.tf': BASE });
  const planned = await run(17, { verb: 'plan' });
  expect(planned).toMatchObject({ lines: 'base: 2 to create\nweb waits for base', failure: '' });
  expect(fake.statuses.at(-1)).toMatchObject({
    state: 'success',
    description: 'base: 2 to create; web waits for base',
  });
  expect(commentOf(17)).toContain('(sensitive)');
  expect(commentOf(17)).not.toContain('first-secret');
  expect(listLocks()).toBe('refs/novacron/locks/base');

  expect(planned.log).toContain('base: + create novacron_network.lan\n');

  push(18, { 'live/base/main.tf': BASE.replace('lan"', 'lan2"') });
  expect(await run(18, { verb: 'plan' })).toMatchObject({ lines: 'base is locked by #17' });
  expect(commentOf(18)).toContain('**Locked** by pull request 17');
  expect(fake.statuses.at(-1)).toMatchObject({ state: 'pending' });

  const early = await say(17, 'grace', 'novacron apply');
  expect(early.failure).toContain('Pull request 17 is not approved');
  expect(fake.comments.at(-1)?.body).toContain('not approved');
  approve(17);
  const stranger = await say(17, 'mallory', 'novacron apply');
  expect(stranger.lines).toBe('mallory may not write to the repository: nothing was done.');
  const first = await say(17, 'grace', 'novacron apply');
  expect(first.lines).toBe('base: 2 created, 0 updated, 0 deleted\nweb: 1 to create');
  const text = commentOf(17);
  expect(text).toMatch(
    /\*\*1 to create\*\* · on node-\d+ · policies: passed · no drift · \+\d+\.\d\d EUR a month/,
  );
  expect(text).toContain('+ create module.web.novacron_vm.it on node-');
  const second = await say(17, 'grace', 'novacron apply -d web');
  expect(second.lines).toBe('web: 1 created, 0 updated, 0 deleted');
  expect((await system.call('vm.list', {})).items.map(({ name }) => name)).toEqual(['web']);
  expect(commentOf(17)).toMatch(/## NovaCron: 2 applied[\s\S]*### `base`[\s\S]*### `web`/);
  expect(fake.comments.filter(({ body }) => body.startsWith('<!--'))).toHaveLength(2);

  const again = await say(17, 'ada', 'novacron plan -d web');
  expect(again.lines).toBe('web: nothing is left to apply');
  expect(fake.statuses.at(-1)?.description).toBe('base: applied; web: nothing is left to apply');

  // A later commit without changes: what was applied is still not merged.
  push(17, { 'web/main.tf': WEB, 'live/base/main.tf': `${BASE}# the same\n` });
  const later = await run(17, { verb: 'plan' });
  expect(later.lines).toContain('base: nothing is left to apply');
  expect((await run(18, { verb: 'plan' })).lines).toBe('base is locked by #17');

  fake.pulls.set(17, { ...pullOf(17), isOpen: false });
  expect(await run(17, { verb: 'unlock' })).toMatchObject({ lines: 'Unlocked: base, web' });
  // The pull request is not merged: the network of 17 would be replaced.
  expect((await run(18, { verb: 'plan' })).failure).toBe('');
  expect(commentOf(18)).toMatch(/## NovaCron: 1 with changes/);
});

function pullOf(number: number): HostedPull {
  const pull = fake.pulls.get(number);
  if (pull === undefined) throw new Error(`there is no pull request ${number}`);
  return pull;
}

test('a policy of the repository refuses what it denies, and the plan is still shown', async () => {
  push(19, { 'web/main.tf': WEB, 'modules/vm/main.tf': moduleOf(8, 0.5) });
  // The pipeline checks out the merge with the target branch, which has moved.
  repository.git('checkout', '--quiet', 'main');
  repository.commit({ 'tools/main.tf': '# of another pull request' });
  repository.git('push', '--quiet', 'origin', 'main');
  git(
    '-C',
    'pull-19',
    '-c',
    'user.name=ci',
    '-c',
    'user.email=ci@localhost',
    'pull',
    '--quiet',
    '--no-rebase',
    '--no-edit',
    'origin',
    'main',
  );
  const [vm] = (await system.call('vm.list', {})).items;
  if (vm === undefined) throw new Error('there is no VM');
  await system.callAndWait('vm.update', { id: vm.id, priority: 70 });
  const denied = await run(19, { verb: 'plan' });
  expect(denied.failure).toBe('not done: web');
  expect(commentOf(19)).toMatch(/\*\*Failed:\*\* .*cpu_cores is 8; in development it is at most 4/);
  expect(commentOf(19)).toMatch(/policies: \*\*1 denial\*\* · drift: 1 resource, \w+, by admin/);
  expect(commentOf(19)).toMatch(/^- .*Restart: update /m);
  expect(fake.statuses.at(-1)).toMatchObject({ state: 'failure' });
  await run(19, { verb: 'unlock' });
  // The commit of the pull request itself is behind the target branch.
  git('-C', 'pull-19', 'reset', '--quiet', '--hard', pullOf(19).head);
  await run(19, { verb: 'plan' });
  expect(commentOf(19)).toContain('Behind main: merge or rebase first');
  approve(19);
  expect((await run(19, { verb: 'apply' })).failure).toContain('is behind main');
  await run(19, { verb: 'unlock' });
  main = repository.git('rev-parse', 'main').trim();
});

test('applies nothing but what the comment shows, and gives Terraform no token', async () => {
  const dump = join(work, 'environment');
  const tools = (value: string) => `
resource "terraform_data" "tool" {
  input = "${value}"
  provisioner "local-exec" { command = "env > ${dump}" }
}
`;
  push(20, { 'tools/main.tf': tools('one') });
  await run(20, { verb: 'plan' });
  const shown = commentOf(20);
  approve(20);
  const edit = (body: string) => {
    fake.comments = fake.comments.map((each) => (each.pull === 20 ? { ...each, body } : each));
  };
  edit(shown.replace('+ create terraform_data.tool', ''));
  expect((await run(20, { verb: 'apply' })).failure).toContain('a person has edited the comment');
  edit(shown);
  expect((await run(20, { verb: 'apply' })).lines).toBe('tools: 1 created, 0 updated, 0 deleted');
  const environment = readFileSync(dump, 'utf8');
  expect(environment).toContain('TF_IN_AUTOMATION');
  expect(environment).not.toContain(fake.env.GITHUB_TOKEN ?? '?');
  expect(environment).not.toContain(keys.NOVACRON_API_KEY ?? '?');
  // The same commit again: its plan is another one by now, and the old comment is put back.
  edit(shown);
  const again = await run(20, { verb: 'apply' });
  expect(again.lines).toContain('tools failed: The changes are others than those of the comment');
  const head = push(20, { 'tools/main.tf': tools('two') });
  approve(20);
  expect((await run(20, { verb: 'apply' })).failure).toContain('Plan first: novacron plan');
  expect(commentOf(20)).not.toContain(head);
});

test('a move and an output alone are planned and applied', async () => {
  const tools = 'resource "terraform_data" "renamed" {\n  input = "one"\n}\n';
  const moved = 'moved {\n  from = terraform_data.tool\n  to = terraform_data.renamed\n}\n';
  push(23, { 'tools/main.tf': `${tools}${moved}output "size" {\n  value = 2\n}\n` });
  fake.pulls.set(20, { ...pullOf(20), isOpen: false });
  expect((await run(23, { verb: 'plan' })).lines).toBe('tools: 1 to move, 1 of outputs');
  expect(commentOf(23)).toMatch(
    /# move terraform_data\.renamed\n {4}moved from: terraform_data\.tool/,
  );
  approve(23);
  await run(23, { verb: 'apply' });
  expect((await run(23, { verb: 'plan' })).lines).toBe('tools: nothing is left to apply');
  fake.pulls.set(23, { ...pullOf(23), isOpen: false });
});

test('a fork is planned for people who may write, and reaches nothing', async () => {
  const settings = 'directories: [{ path: tools, state: base }]\nprograms: allow\n';
  const fork = { isFork: true, author: 'mallory' };
  const head = push(
    21,
    { '.novacron.yaml': settings, 'web/main.tf': WEB.replace('"web"\n}', '"forked"\n}') },
    fork,
  );
  const locks = listLocks();
  expect((await say(21, 'mallory', 'novacron plan')).lines).toContain('nothing was done');
  const unnamed = await say(21, 'ada', 'novacron plan');
  expect(unnamed.failure).toContain('name the whole id of the commit that you have reviewed');
  const other = await say(21, 'ada', `novacron plan ${main}`);
  expect(other.failure).toContain('is not the head of pull request 21');
  expect((await say(21, 'ada', `novacron plan ${head}`)).lines).toMatch(/^web: /);
  expect(listLocks()).toBe(locks);
  approve(21);
  expect((await run(21, { verb: 'apply' })).failure).toContain(
    'is from a fork, which is never applied',
  );
  const reading = 'locals {\n  a = file /* x */ ("/proc/self/environ")\n}\n';
  push(21, { 'web/main.tf': reading }, fork);
  expect((await run(21, { verb: 'plan' })).lines).toContain('web/main.tf:2 reads files');
  push(
    21,
    { 'web/main.tf': `${WEB}provider "novacron" {\n endpoint = "https://x.example"\n}\n` },
    fork,
  );
  expect((await run(21, { verb: 'plan' })).lines).toContain('sets an endpoint');
});

test('what is wrong with the repository is named, and is the status', async () => {
  push(22, { '.novacron.yaml': 'directories:\n  - { path: web, state: web, depends_on: [db] }\n' });
  const expected = '.novacron.yaml:2: web depends on db, which is not a directory here.';
  expect((await run(22, { verb: 'plan' })).failure).toBe(expected);
  expect(fake.statuses.at(-1)).toMatchObject({
    state: 'failure',
    description: `Not planned: ${expected}`,
  });
  expect(commentOf(22)).toContain('**Not planned: ');
  push(22, { '.novacron.yaml': 'directories: [{ path: linked, state: web }]\n', linked: '-> web' });
  expect((await run(22, { verb: 'plan' })).failure).toContain('leads through a symbolic link');
  push(22, { 'web/main.tf': WEB });
  fake.pulls.set(22, { ...pullOf(22), head: '0'.repeat(40) });
  expect((await run(22, { verb: 'plan' })).failure).toContain('does not contain 0000');
});
