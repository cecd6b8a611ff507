import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GitopsFetchResult, GitopsStepSettings } from '@novacron/contract/automation/gitops-step';
import { findGnupg } from '../../../../../test/support/services/find-gnupg.ts';
import { findSshKeygen } from '../../../../../test/support/services/find-ssh-keygen.ts';
import { createNodeIo } from '../../node-io.ts';
import { fetchStep } from './fetch-step.ts';
import { unpackSource } from './source/source-archive.ts';
import {
  type GitFixture,
  type GitServer,
  makeRepository,
  startGitServer,
} from './test-kit/git-fixture.ts';
import { openStepBench, resultOf, type StepBench } from './test-kit/run-step.ts';

const PASSWORD = 'p4ssword-of-git';

/** The beginning of a key, in parts: this file is in Git as well. */
const PRIVATE_KEY = `${'-----BEGIN'} OPENSSH PRIVATE KEY-----`;
const API_KEY = `${'ncr_'}${'a1B2'.repeat(11)}`;

let repository: GitFixture;
let bench: StepBench;
let server: GitServer;
let keys: string;
beforeAll(async () => {
  keys = mkdtempSync(join(tmpdir(), 'novacron-keys-'));
  repository = makeRepository();
  bench = openStepBench();
  server = await startGitServer(repository.directory, PASSWORD);
});
afterAll(() => {
  server.stop();
  for (const made of [repository, bench]) made.remove();
  rmSync(keys, { recursive: true, force: true });
});

/** A branch of its own whose files are these, and nothing else. */
function branchOf(name: string, files: Readonly<Record<string, string>>): string {
  const { git, commit } = repository;
  git('checkout', '--quiet', '--orphan', name);
  git('rm', '-r', '--force', '--quiet', '--ignore-unmatch', '.');
  return commit(files);
}

const settingsOf = (revision: string, more: object = {}) => ({
  repository: repository.url,
  revision,
  path: 'live',
  source: 'terraform',
  last_commit: null,
  ...more,
});

const fetchIt = async (settings: object, secrets: Readonly<Record<string, string>> = {}) =>
  bench.run('fetch', settings, { secrets });

const MAIN = 'module "web" {\n  source = "../modules/web"\n}\n';

describe('a commit', () => {
  test('is handed on with what it uses, and compared with the last one', async () => {
    const first = branchOf('whole', {
      'live/main.tf': MAIN,
      'live/run.sh': '#!/bin/sh\n',
      'live/shared.tf': '-> ../common/shared.tf',
      'common/shared.tf': '# shared\n',
      'modules/web/main.tf': `x = templatefile("\${path.module}/../texts/\${var.name}.tftpl", {})`,
      'modules/texts/a.tftpl': 'text',
      'modules/db/main.tf': '# not used',
      // An archive that Git makes would lack this file.
      '.gitattributes': 'live/main.tf export-ignore\n',
    });
    const fresh = resultOf(GitopsFetchResult, await fetchIt(settingsOf('whole')));
    const files = [
      'common/shared.tf',
      'live/main.tf',
      'live/run.sh',
      'live/shared.tf',
      'modules/texts/a.tftpl',
      'modules/web/main.tf',
    ];
    expect(fresh).toMatchObject({
      commit: first,
      subject: 'A change',
      author: 'Ann <ann@novacron.example>',
      signed_by: null,
      changed: true,
      files: { items: files, total: 6 },
    });
    const target = mkdtempSync(join(tmpdir(), 'novacron-unpacked-'));
    const unpacked = await unpackSource(bench.saved('source') ?? Buffer.alloc(0), target);
    expect(unpacked).toMatchObject({ ok: true });
    expect(readFileSync(join(target, 'live/shared.tf'), 'utf8')).toBe('# shared\n');
    expect(readFileSync(join(target, 'live/main.tf'), 'utf8')).toBe(MAIN);
    rmSync(target, { recursive: true });
    const compare = async (last: string) =>
      resultOf(
        GitopsFetchResult,
        await fetchIt(settingsOf('whole', { last_commit: last, protected_paths: ['modules/**'] })),
      );
    expect(await compare(first)).toMatchObject({ changed: false, protected: { total: 0 } });
    const unused = repository.commit({ 'modules/db/main.tf': '# still not used' });
    expect(await compare(first)).toMatchObject({
      changed: false,
      protected: { items: ['modules/db/main.tf'] },
    });
    repository.commit({ 'modules/texts/a.tftpl': null });
    expect(await compare(unused)).toMatchObject({
      changed: true,
      protected: { items: ['modules/texts/a.tftpl'] },
    });
  });

  test('is found by tag and id, and far behind the tip', async () => {
    const first = branchOf('long', { 'live/main.tf': '# 0' });
    repository.git('tag', '--annotate', '--message=x', 'v1');
    for (let count = 1; count <= 52; count += 1) repository.commit({});
    const tip = repository.git('rev-parse', 'HEAD');
    const tagged = resultOf(GitopsFetchResult, await fetchIt(settingsOf('v1')));
    expect(tagged.commit).toBe(first);
    const pinned = resultOf(GitopsFetchResult, await fetchIt(settingsOf(first)));
    expect(pinned.commit).toBe(first);
    const last = { last_commit: first };
    for (const revision of ['long', tip]) {
      const far = resultOf(GitopsFetchResult, await fetchIt(settingsOf(revision, last)));
      expect(far).toMatchObject({ commit: tip, changed: false });
    }
  });

  test('is compared with one far behind it without the files in between', async () => {
    const first = branchOf('slim', { 'live/main.tf': '# 0' });
    repository.commit({ noise: noiseOf(60_000) });
    const tip = repository.commit({ noise: null });
    const done = await fetchWithin(100_000, settingsOf('slim', { last_commit: first }));
    expect(done).toMatchObject({ ok: true, value: { commit: tip, changed: false } });
  });

  test('that does not descend from the last one is refused, unless it is meant', async () => {
    branchOf('moved', { 'live/main.tf': '# 1' });
    const lost = repository.commit({ 'live/main.tf': '# 2' });
    repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    const tip = repository.commit({ 'live/main.tf': '# 3' });
    const refused = await fetchIt(settingsOf('moved', { last_commit: lost }));
    expect(refused.exitCode).toBe(1);
    expect(refused.reason).toContain(tip);
    expect(refused.reason).toContain(`does not descend from ${lost}`);
    const meant = await fetchIt(settingsOf('moved', { last_commit: lost, rewind: true }));
    expect(resultOf(GitopsFetchResult, meant)).toMatchObject({ commit: tip, changed: true });
  });
});

const noiseOf = (numbers: number) => Array.from({ length: numbers }, () => Math.random()).join();

/** Runs the step with another limit. */
async function fetchWithin(bytesMax: number, of: object) {
  const settings = GitopsStepSettings.parse(of);
  const io = createNodeIo({ version: '0.1.0' });
  const [directory, artifacts] = [mkdtempSync(join(keys, 'work-')), join(keys, 'artifacts')];
  const { signal } = new AbortController();
  const context = { settings, env: process.env, io, directory, artifacts, say: () => {}, signal };
  return fetchStep(context, { bytesMax });
}

describe('refused is', () => {
  const tf = { 'live/main.tf': '# empty' };
  test.each<[string, Readonly<Record<string, string>>, object, string]>([
    ['a revision that is not there', tf, { revision: 'nope' }, 'has no branch or tag nope'],
    ['a short id', tf, { revision: 'abcdef1' }, 'Write ids of commits in full'],
    ['a directory that is not there', tf, { path: 'dead' }, 'dead is not in the commit'],
    ['a file', tf, { path: 'live/main.tf' }, 'live/main.tf is a file'],
    ['a directory without configuration', { 'live/x.md': '' }, {}, 'live has no .tf files'],
    ['a root without configuration', tf, { path: '' }, 'The repository has no .tf files'],
    ['a way out by the path', tf, { path: '../live' }, 'path: must be a path within'],
    ['a setting that does not exist', tf, { prunes: true }, 'Unrecognized key: "prunes"'],
    ['a link to the host', { ...tf, 'live/a': '-> /etc/passwd' }, {}, 'live/a is a symbolic link'],
    [
      'a link upwards',
      { ...tf, 'live/a': '-> ../../x' },
      {},
      'leaves the repository, or leads in a circle, to "../../x"',
    ],
    [
      'a link through another one',
      { ...tf, 'live/b/c/up': '-> ../../..', 'live/b/c/out': '-> up/..' },
      {},
      'live/b/c/out is a symbolic link that leaves the repository',
    ],
    [
      'a directory that is a link',
      { ...tf, linked: '-> live' },
      { path: 'linked' },
      'linked is a s',
    ],
    [
      'a pointer of LFS',
      { ...tf, 'live/a.iso': 'version https://git-lfs.github.com/spec/v1\noid x\n' },
      {},
      'live/a.iso is in Git LFS',
    ],
    [
      'a private key',
      { ...tf, 'live/k': `a\n${PRIVATE_KEY}\n` },
      {},
      'live/k:2: a private key (----…)',
    ],
    ['an API key', { 'live/a.tf': `key = "${API_KEY}"` }, {}, 'a NovaCron API key (ncr_…)'],
    ['a state', { ...tf, 'live/terraform.tfstate': '{}' }, {}, 'is a state of Terraform'],
    ['a missing signature', tf, { signatures: { required: true } }, 'there are no allowed_signers'],
  ])('%s', async (name, files, more, words) => {
    const branch = name.replaceAll(' ', '-');
    branchOf(branch, files);
    const refused = await fetchIt(settingsOf(branch, more));
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.reason).toContain(words);
    expect(refused.stderr).not.toContain(API_KEY);
  });

  test('a name that is a branch and a tag', async () => {
    branchOf('both', tf);
    repository.git('tag', 'both');
    const refused = await fetchIt(settingsOf('both'));
    expect(refused.reason).toContain('Write refs/heads/both or refs/tags/both');
    expect(await fetchIt(settingsOf('refs/heads/both'))).toMatchObject({ exitCode: 0 });
  });

  test('a submodule', async () => {
    const id = branchOf('nested', tf);
    repository.git('update-index', '--add', '--cacheinfo', `160000,${id},live/sub`);
    repository.git('commit', '--quiet', '--message=x');
    const refused = await fetchIt(settingsOf('nested'));
    expect(refused.reason).toContain('live/sub is a submodule');
  });

  test('what is too large, with how much has come', async () => {
    branchOf('large', { ...tf, noise: noiseOf(60_000) });
    const reason = expect.stringMatching(/stopped after \d\.\d MiB, and the limit is 0\.1 MiB/);
    expect(await fetchWithin(100_000, settingsOf('large'))).toMatchObject({ error: { reason } });
  });
});

describe('a signature', () => {
  test('of SSH counts if its key is accepted', async () => {
    const file = join(keys, 'ssh');
    execFileSync(findSshKeygen(), ['-q', '-t', 'ed25519', '-C', '', '-N', '', '-f', file]);
    branchOf('ssh-signed', { 'live/main.tf': '# 1' });
    const { git } = repository;
    git('-c', 'gpg.format=ssh', '-c', `user.signingkey=${file}`, 'commit', '-qS', '--amend', '-mx');
    const line = `ann@novacron.example ${readFileSync(`${file}.pub`, 'utf8')}`;
    const signed = (allowed: string, required = true) =>
      fetchIt(settingsOf('ssh-signed', { signatures: { required, allowed_signers: allowed } }));
    const good = resultOf(GitopsFetchResult, await signed(line));
    expect(good.signed_by).toBe('ann@novacron.example');
    const other = line.replace(/\S{20}(?=\s*$)/, 'B'.repeat(20));
    expect((await signed(other)).reason).toContain('its key is not among them');
    expect(resultOf(GitopsFetchResult, await signed(other, false)).signed_by).toBeNull();
    git('commit', '--quiet', '--amend', '--message=unsigned');
    expect((await signed(line)).reason).toContain('is not signed by an accepted key.');
  });

  test('of GnuPG counts if its key is accepted, for a commit or its tag', async () => {
    const gnupg = findGnupg();
    const gpg = (...args: readonly string[]) =>
      execFileSync(gnupg.gpg, ['--homedir', keys, '--batch', ...args], { encoding: 'utf8' });
    const made = ['--passphrase', '', '--pinentry-mode', 'loopback', '--quick-gen-key'];
    for (const who of ['ann', 'eve'])
      gpg('--quiet', ...made, `${who}@x.example`, 'ed25519', 'sign');
    const program = join(keys, 'sign.sh');
    writeFileSync(program, `#!/bin/sh\nexec gpg --homedir ${keys} "$@"\n`, { mode: 0o755 });
    const { git, commit } = repository;
    const sign = (who: string) => ['-c', `gpg.program=${program}`, '-c', `user.signingkey=${who}`];
    branchOf('gpg-signed', { 'live/main.tf': '# 1' });
    git(...sign('ann@x.example'), 'commit', '--quiet', '-S', '--amend', '--message=signed');
    const keysOf = (who: string) => ({
      signatures: { required: true, gpg_keys: gpg('--armor', '--export', who) },
    });
    const good = await fetchIt(settingsOf('gpg-signed', keysOf('ann@x.example')));
    expect(resultOf(GitopsFetchResult, good).signed_by).toBe('ann@x.example');
    const refused = await fetchIt(settingsOf('gpg-signed', keysOf('eve@x.example')));
    expect(refused.reason).toContain('its key is not among them');
    commit({ 'live/main.tf': '# 2' });
    git(...sign('ann@x.example'), 'tag', '--sign', '--message=x', 'v2');
    const tagged = await fetchIt(settingsOf('v2', keysOf('ann@x.example')));
    expect(resultOf(GitopsFetchResult, tagged).signed_by).toBe('ann@x.example');
    execFileSync(gnupg.gpgconf, ['--homedir', keys, '--kill', 'all']);
  });
});

describe('over HTTP', () => {
  test('the credential is handed over from its file, and redirects are not followed', async () => {
    branchOf('remote', { 'live/main.tf': '# 1' });
    const from = (url: string) => settingsOf('remote', { repository: url });
    const named = server.url.replace('//', '//ann@');
    const done = await fetchIt(from(named), { GIT_CREDENTIAL: `${PASSWORD}\n` });
    expect(done.exitCode).toBe(0);
    expect(new Set(server.credentials())).toEqual(new Set([`ann:${PASSWORD}`]));
    expect(done.stderr + done.stdout).not.toContain(PASSWORD);
    const wrong = await fetchIt(from(server.url), { GIT_CREDENTIAL: 'wrong' });
    expect(wrong.reason).toContain('access is denied');
    expect((await fetchIt(from(server.url))).reason).toContain('access is denied');
    const seen = server.credentials().length;
    const away = await fetchIt(from(server.redirecting), { GIT_CREDENTIAL: PASSWORD });
    expect(away.reason).toContain('redirects to another address');
    expect(server.credentials()).toHaveLength(seen);
  });
});
