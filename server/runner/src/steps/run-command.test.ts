import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { findIsolation } from '../../../../test/support/services/find-isolation.ts';
import { printedBy, runForTest, TEST_ISOLATION, TEST_UID } from '../test-kit/run-for-test.ts';
import { LOG_LENGTH_MAX, STDOUT_LENGTH_MAX } from './collect-output.ts';
import { hasProcesses } from './has-processes.ts';

findIsolation();

const shell = (script: string, ...words: string[]) => ['sh', '-c', script, 'sh', ...words];

describe('a command', () => {
  it('gets its words as they are', async () => {
    const words = ['printf', '[%s]', '$(id)', '; rm -rf /', '| cat', "it's", '', '$HOME'];
    const printed = await printedBy({ words });
    expect(printed).toBe("[$(id)][; rm -rf /][| cat][it's][][$HOME]");
  });

  it('ends with its own exit code', async () => {
    expect(await runForTest({ words: shell('exit 7') })).toMatchObject({ kind: 'exited', code: 7 });
    const missing = await runForTest({ words: ['no-such-program'] });
    expect(missing).toMatchObject({ kind: 'exited', code: 127 });
    const killed = await runForTest({ words: shell('kill -KILL $$') });
    expect(killed).toMatchObject({ kind: 'exited', code: 137 });
  });

  it.each([
    ['a word that is too long for the system', ['echo', 'x'.repeat(200_000)]],
    ['a word with a zero byte', ['echo', 'a\0b']],
  ])('that has %s has not begun, and its user is free', async (_case, words) => {
    const end = await runForTest({ words });
    expect(end).toMatchObject({ kind: 'not-isolated', isGone: true });
    expect(JSON.stringify(end).length).toBeLessThan(1_000);
  });

  it('has the variables of the list and of its step, and none of the runner', async () => {
    process.env.NOVACRON_TEST_OF_RUNNER = 'of the runner';
    const printed = await printedBy({ words: ['env'], env: { PGUSER: 'admin' } });
    delete process.env.NOVACRON_TEST_OF_RUNNER;
    expect(printed.trim().split('\n').toSorted()).toEqual([
      'HOME=/tmp/work',
      'LANG=C.UTF-8',
      'NOVACRON_ARTIFACTS=/tmp/artifacts',
      'NOVACRON_SECRETS=/tmp/secrets',
      'PATH=/run/novacron/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'PGUSER=admin',
      'TMPDIR=/tmp',
    ]);
  });

  it('cannot reach the programs that isolate it through its variables', async () => {
    const env = { LD_PRELOAD: '/no/such/library.so', PATH: '/usr/bin', BASH_ENV: '/etc/passwd' };
    const end = await runForTest({ words: ['id', '-u'], env });
    expect(end).toMatchObject({ kind: 'exited', code: 0, output: { stdout: `${TEST_UID}\n` } });
  });

  it('has a user, processes, mounts and a network of its own, and no capabilities', async () => {
    const script = `
      echo "user $(id -u) $(id -g) $(id -G)"
      echo "processes $(ls -d /proc/[0-9]* | wc -l)"
      echo "capabilities $(grep -c '^Cap[A-Za-z]*:.0*$' /proc/self/status)"
      echo "interfaces $(grep : /proc/net/dev | cut -d: -f1 | tr -d ' \\n')"
      for place in / /etc /var /usr /home /root /run /proc/sys /dev; do
        touch "$place/novacron-test" 2>/dev/null && echo "wrote $place"
      done
      ls /sys/class/net
      pwd; ls -A; touch here && ls
    `;
    const lines = (await printedBy({ words: shell(script) })).trim().split('\n');
    const processes = Number(lines.find((line) => line.startsWith('processes'))?.split(' ')[1]);
    expect(processes).toBeLessThan(9);
    expect(lines.filter((line) => !line.startsWith('processes'))).toEqual([
      `user ${TEST_UID} ${TEST_UID} ${TEST_UID}`,
      'capabilities 5',
      'interfaces lo',
      'lo',
      '/tmp/work',
      'here',
    ]);
  });

  it('sees nothing of its host but programs, and what it may read', async () => {
    const hidden = `/srv/novacron-test-${process.pid}`;
    const tools = `/opt/novacron-test-${process.pid}`;
    const file = join(tools, 'rates.csv');
    for (const directory of [hidden, tools]) mkdirSync(directory, { recursive: true });
    for (const path of [file, join(hidden, 'plans')]) writeFileSync(path, 'of the host\n');
    const script = `
      cat ${hidden}/plans ${file} 2>/dev/null; touch ${file} 2>/dev/null || echo cannot write
      kept='bin|sbin|lib.*|usr|etc|dev|proc|sys|tmp|run|var'
      ls -A / | grep -vxE "$kept" | while read -r entry; do
        if [ -d "/$entry" ]; then ls -A "/$entry"; else cat "/$entry"; fi
      done
      cat /etc/shadow /etc/machine-id /etc/fstab 2>/dev/null
      ls -A /var
      getent passwd root | cut -d: -f1
    `;
    try {
      const isolation = { ...TEST_ISOLATION, readable: [file] };
      const lines = (await printedBy({ words: shell(script), isolation })).trim().split('\n');
      expect(lines).toEqual([
        'of the host',
        'cannot write',
        `novacron-test-${process.pid}`,
        'run',
        'tmp',
        'root',
      ]);
    } finally {
      for (const directory of [hidden, tools]) rmSync(directory, { recursive: true });
    }
  });

  it('gets secrets as files that only it can read, and nowhere else', async () => {
    const script = `
      stat -c '%a %u' "$TOKEN" "$NOVACRON_SECRETS"
      sha256sum <"$TOKEN" | cut -c1-8; sha256sum <"$OTHER" | cut -c1-8
      cat /proc/*/cmdline /proc/self/environ | grep -c 'hunter[2]'
      mount | grep -c 'hunter[2]'
      echo more >>"$TOKEN" || echo cannot write
      true
    `;
    const secrets = [
      { key: 'TOKEN', value: 'hunter2 ünïcode\nline two' },
      { key: 'OTHER', value: 'x'.repeat(65_536) },
    ];
    const lines = (await printedBy({ words: shell(script), secrets })).trim().split('\n');
    const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);
    expect(lines.slice(0, 6)).toEqual([
      `400 ${TEST_UID}`,
      `500 ${TEST_UID}`,
      ...secrets.map(({ value }) => shortHash(value)),
      '0',
      '0',
    ]);
    expect(lines).toContain('cannot write');
  });

  it('has its secrets masked in what it prints, also across writes', async () => {
    const value = 'correct horse battery';
    const script = `
      cat "$KEY"; echo; base64 "$KEY"; printf 'correct ho'; printf 'rse battery\\n'
      cat "$KEY" >&2
    `;
    const end = await runForTest({
      words: shell(script),
      secrets: [{ key: 'KEY', value }],
      masked: [value],
    });
    expect(end).toMatchObject({ kind: 'exited', code: 0 });
    const printed = JSON.stringify(end);
    expect(printed).not.toMatch(/correct|horse|battery|Y29ycmVj/);
    expect(printed.match(/[*]{3}/g)?.length).toBeGreaterThan(4);
  });
});

describe('a command that does not end well', () => {
  const marker = `/tmp/novacron-outlived-${process.pid}`;
  afterEach(() => rmSync(marker, { force: true }));

  it('leaves no process behind that it has forked, in whatever session', async () => {
    const script = 'setsid sleep 4711 >/dev/null 2>&1 & (sleep 4712 &) ; echo done';
    const end = await runForTest({ words: shell(script) });
    expect(end).toMatchObject({ kind: 'exited', code: 0, isGone: true });
    expect(hasProcesses(TEST_UID)).toBe(false);
    expect(existsSync(marker)).toBe(false);
  });

  it('is killed where it ignores SIGTERM, with its whole namespace', async () => {
    const script = `trap '' TERM; setsid sh -c "trap '' TERM; sleep 4713" & echo up; sleep 4714`;
    const end = await runForTest({ words: shell(script), timeoutMs: 2_000 });
    expect(end).toMatchObject({ kind: 'timed-out', isGone: true, output: { log: 'up\n' } });
    expect(hasProcesses(TEST_UID)).toBe(false);
  });

  it('may end in order when its time is over', async () => {
    const script = `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done`;
    const end = await runForTest({ words: shell(script), timeoutMs: 1_000 });
    expect(end).toMatchObject({ kind: 'timed-out', isGone: true });
    expect(JSON.stringify(end)).toMatch(/up.*bye/);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const ending = runForTest({ words: ['sleep', '4715'] }, controller.signal);
    controller.abort();
    expect(await ending).toMatchObject({ kind: 'cancelled', isGone: true });
  });

  it('prints 1 GB without filling the memory', async () => {
    const end = await runForTest({ words: ['head', '-c', '1000000000', '/dev/zero'] });
    expect(end).toMatchObject({ kind: 'exited', code: 0 });
    if (end.kind !== 'exited') return;
    expect(end.output.log).toHaveLength(LOG_LENGTH_MAX);
    expect(end.output.stdout).toHaveLength(STDOUT_LENGTH_MAX);
    expect(end.output.isStdoutCut).toBe(true);
    expect(end.output.droppedBytes).toBe(1_000_000_000 - LOG_LENGTH_MAX);
  });

  it('cannot fill the disk or have more processes than it may', async () => {
    const full = await runForTest({ words: ['head', '-c', '200M', '/dev/zero'] });
    expect(full).toMatchObject({ kind: 'exited', code: 0 });
    const script = 'head -c 200M /dev/zero >big; echo "code $?"; df --output=size -BM . | tail -1';
    expect(await printedBy({ words: shell(script) })).toMatch(/code 1\n\s*64M/);
    const forks = 'i=0; while [ $i -lt 200 ]; do sleep 60 & i=$((i + 1)); done; echo all';
    const end = await runForTest({ words: shell(forks) });
    expect(JSON.stringify(end)).toMatch(/Cannot fork|Resource temporarily/);
    expect(hasProcesses(TEST_UID)).toBe(false);
  });

  it('cannot have more memory in a process than it may', async () => {
    const isolation = { ...TEST_ISOLATION, memoryMib: 128 };
    const words = shell('head -c 300M /dev/zero | tail -c 299M >/dev/null');
    const end = await runForTest({ words, isolation });
    expect(end).toMatchObject({ kind: 'exited', code: 1 });
    expect(JSON.stringify(end)).toMatch(/memory exhausted/);
  });

  it('says that the isolation has failed where it has', async () => {
    const isolation = { ...TEST_ISOLATION, scratchMib: -1 };
    const end = await runForTest({ words: ['true'], isolation });
    expect(end).toMatchObject({ kind: 'not-isolated' });
    expect(JSON.stringify(end)).toMatch(/mount/);
  });
});
