import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { findNetworkPrograms } from '../../../../test/support/services/find-network-programs.ts';
import { findQemu } from '../../../../test/support/services/find-qemu.ts';
import { startNats } from '../../../../test/support/services/start-nats.ts';
import { lockDataDir } from '../process/lock-data-dir.ts';
import { launchAgent } from '../test-kit/launch-agent.ts';

/** Each test starts programs of its own, on a machine that may be busy. */
jest.setTimeout(60_000);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-doctor-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A directory for the PATH that has some real programs and no others. */
function pathWith(programs: Readonly<Record<string, string>>): string {
  const path = join(directory, 'bin');
  mkdirSync(path);
  for (const [name, file] of Object.entries(programs)) symlinkSync(file, join(path, name));
  return path;
}

/** Runs the doctor; in software, so that no probe waits for a KVM that hangs. */
async function examine(flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const data = ['--data-dir', join(directory, 'data'), '--accel', 'tcg'];
  const { end, said } = launchAgent(['doctor', ...data, ...flags], { env });
  const exitCode = await end();
  return { exitCode, ...said };
}

async function examineAsJson(
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const { exitCode, stdout } = await examine(['--json', ...flags], env);
  const { can_run_vms, checks } = JSON.parse(stdout);
  const states = new Map<string, string>(
    checks.map(({ name, state }: { name: string; state: string }) => [name, state]),
  );
  return { exitCode, can_run_vms, states, stdout };
}

describe('novacron agent doctor', () => {
  test('finds what this machine has, and leaves nothing behind', async () => {
    const { exitCode, stdout, stderr } = await examine();
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ok {6}QEMU: release \d+[.]\d+[.]\d+\nok {6}qemu-img: release \d/);
    expect(stdout).toMatch(/^limited KVM: it was asked for; guests run in software/m);
    // Directories of tests are in memory on some machines.
    expect(stdout).toMatch(
      / data directory: \S+data (will be made, \d+ GB are free$|is in memory)/m,
    );
    expect(stdout).toMatch(/^VMs can run here, with \d+ limited[.]\n$/m);
    expect(exitCode).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('names each program that the PATH lacks, with its package', async () => {
    const { qemu, image } = findQemu();
    const { ip, bridge, sysctl } = findNetworkPrograms();
    const PATH = pathWith({ 'qemu-system-x86_64': qemu, 'qemu-img': image, ip, bridge, sysctl });
    const { exitCode, can_run_vms, states, stdout } = await examineAsJson([], { PATH });
    const names = ['QEMU', 'qemu-img', 'prlimit', 'ip', 'bridge', 'sysctl', 'nft', 'dnsmasq'];
    expect(names.map((name) => states.get(name))).toEqual([
      'ok',
      'ok',
      'missing',
      'ok',
      'ok',
      'ok',
      'limited',
      'limited',
    ]);
    for (const name of ['util-linux', 'nftables', 'dnsmasq-base']) {
      expect(stdout).toContain(`"remedy": "apt-get install ${name}"`);
    }
    expect([exitCode, can_run_vms]).toEqual([1, 'no']);
  });

  test('refuses a release of QEMU that is too old', async () => {
    const old = join(directory, 'old');
    writeFileSync(old, '#!/bin/sh\necho QEMU emulator version 6.2.0\n');
    chmodSync(old, 0o700);
    const PATH = pathWith({ 'qemu-system-x86_64': old, sh: '/bin/sh' });
    const { exitCode, stdout } = await examine([], { PATH });
    expect(stdout).toContain('missing QEMU: qemu-system-x86_64: it is release 6.2.0; no VM runs');
    expect(stdout).toContain('missing qemu-img: qemu-img: it is not on this host; no disk');
    expect(exitCode).toBe(1);
  });

  test('says which directory cannot be used', async () => {
    const { stdout, exitCode } = await examine(['--run-dir', '/dev/null/run']);
    expect(stdout).toContain(
      'run directory: /dev/null/run: /dev/null is not a directory; the agent',
    );
    expect(exitCode).toBe(1);
  });

  test('says which directory is in the way of the user of QEMU', async () => {
    const flags = ['--vm-user', 'daemon', '--storage-dir', join(directory, 'new', 'storage')];
    const { stdout, exitCode } = await examine(flags);
    if (process.getuid?.() !== 0) {
      // Without root there is no other user, and the doctor says so.
      expect(stdout).toMatch(/^missing user of VMs: only an agent that is root can run QEMU as /m);
      return;
    }
    expect(stdout).toMatch(/^missing way to the run directory: daemon cannot pass through \S+;/m);
    expect(stdout).toMatch(/; the agent does not start -> install -d -m 0710 -g daemon "\S+"$/m);
    expect(exitCode).toBe(1);
    const stranger = await examine(['--vm-user', 'no-such-user']);
    expect(stranger.stdout).toMatch(/^missing user of VMs: there is no user no-such-user on this/m);
  });

  test('sees an agent that runs, and examines all the same', async () => {
    const lock = lockDataDir(join(directory, 'data'), 'agent');
    expect((await examine()).stdout).toMatch(/^ok {6}lock: an agent runs$/m);
    if (lock.ok) lock.value.release();
    expect((await examine()).stdout).toMatch(/^ok {6}lock: no agent runs on the data directory$/m);
  });

  test('asks a bus that was named', async () => {
    const nats = await startNats({ jetstream: 'off' });
    const { states } = await examineAsJson(['--bus', nats.url]);
    expect(states.get('message bus')).toBe('ok');
    await nats.remove();
    const away = await examineAsJson(['--bus', nats.url]);
    expect([away.exitCode, away.states.get('message bus')]).toEqual([1, 'missing']);
  });

  test('takes the flags and variables of the agent, and says which are wrong', async () => {
    const node = ['--node', 'n', '--zone', 'z', '--rack', 'r', '--log-level', 'warn'];
    const env = { NOVACRON_AGENT_NETWORKS: 'user' };
    const { states, exitCode } = await examineAsJson([...node, '--driver', 'qemu'], env);
    expect([exitCode, states.get('networks')]).toEqual([0, 'limited']);
    const unused = await examine(['--driver', 'simulator']);
    expect(unused.exitCode).toBe(2);
    expect(unused.stderr).toMatch(/^Error: --accel: needs --driver qemu beside it\n/);
    const unknown = await examine(['--networks', 'x', '--tunnel-address', 'y']);
    expect([unknown.exitCode, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toBe(
      'Error: Several flags are wrong:\n' +
        '  --networks: must be one of auto, user, not "x"\n' +
        '  --tunnel-address: must be an IP address, not "y"\n' +
        'See novacron agent doctor --help.\n',
    );
  });

  test('has a help that names its flags', async () => {
    const { stdout, exitCode } = await examine(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: novacron agent doctor \[options\]\n/);
    for (const flag of ['--data-dir DIR', '--bus', '--json', '--help']) {
      expect(stdout).toMatch(new RegExp(`^  ${flag}`, 'm'));
    }
  });
});
