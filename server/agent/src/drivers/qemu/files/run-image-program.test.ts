/** Runs programs as the user for images; suites like this run as root. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ImageRun, type RunFile, runImageProgram } from './run-image-program.ts';
import { findImageUser, type VmUser } from './vm-user.ts';

const TIMEOUT_MS = 60_000;

/** Private, as directories of an agent are: the user has no way to what is in it. */
let directory: string;
let user: VmUser;

beforeEach(() => {
  const found = findImageUser(undefined);
  if (found === undefined) throw new Error('this test runs as root, on a host with a user 65534');
  user = found;
  directory = mkdtempSync(join(tmpdir(), 'novacron-image-run-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string): string {
  const file = join(directory, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** Runs a script of the shell, to which files are `$1`, `$2` and so on. */
function run(script: string, files: readonly RunFile[] = [], more: Partial<ImageRun> = {}) {
  const { signal } = new AbortController();
  const args = ['-c', script, 'sh', ...files];
  const all = { program: 'sh', args, user, signal, timeoutMs: TIMEOUT_MS, ...more };
  return runImageProgram(all, ({ cause, said }) => new Error(said === '' ? cause.message : said));
}

describe('a run as the user for images', () => {
  test('has no other user, no group, no capability and no way to privileges', async () => {
    const status = await run('cat /proc/self/status');
    const { uid, gid } = user;
    expect(uid).not.toBe(0);
    expect(status).toMatch(new RegExp(`^Uid:(\\t${uid}){4}$`, 'm'));
    expect(status).toMatch(new RegExp(`^Gid:(\\t${gid}){4}$`, 'm'));
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });

  test('reads and makes files in a directory that it cannot enter, and nothing else', async () => {
    const from = write('from', 'content');
    const other = write('other', 'secret');
    const to = join(directory, 'to');
    const files: readonly RunFile[] = [
      { file: from, access: 'read' },
      { file: to, access: 'make' },
    ];
    const copied = `cat "$1" > "$2"; cat ${other} 2>/dev/null || echo refused`;
    expect(await run(copied, files)).toBe('refused\n');
    expect(readFileSync(to, 'utf8')).toBe('content');
    expect([statSync(to).uid, statSync(from).uid]).toEqual([0, 0]);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    await expect(run('echo x > "$1"', [{ file: from, access: 'read' }])).rejects.toThrow(/denied/);
  });

  test('changes a file that is given back afterwards, also where the run fails', async () => {
    const file = write('disk', 'before');
    const changed: RunFile = { file, access: 'change' };
    await expect(run('echo after > "$1"; echo bad "$1" >&2; exit 1', [changed])).rejects.toThrow(
      `bad ${file}`,
    );
    expect(readFileSync(file, 'utf8')).toBe('after\n');
    expect(statSync(file).uid).toBe(0);
  });

  test('makes no file where there is one', async () => {
    const file = write('there', 'kept');
    await expect(run('true', [{ file, access: 'make' }])).rejects.toThrow(
      `The agent cannot open ${file} (EEXIST: file already exists, open '${file}').`,
    );
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  test('has the limits that were set before it', async () => {
    expect(await run('ulimit -f', [], { limits: ['--fsize=0'] })).toBe('0\n');
  });

  test('ends when its time is over or its order is', async () => {
    await expect(run('read line < /dev/zero', [], { timeoutMs: 50 })).rejects.toThrow(/aborted/);
    await expect(run('true', [], { signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
  });
});

test('a program that is not on the host is named as missing', async () => {
  const missing = run('true', [], { program: 'novacron-no-such-program', user: undefined });
  await expect(missing).rejects.toThrow('spawn novacron-no-such-program ENOENT');
});
