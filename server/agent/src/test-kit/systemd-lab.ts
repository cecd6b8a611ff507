/**
 * A systemd of a test's own: the real one, as the first process of namespaces for processes, mounts
 * and control groups. It sees the files of the machine and none of its units.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findSystemd } from '../../../../test/support/services/find-systemd.ts';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';

/** A systemd. */
export interface SystemdLab {
  /** Directory of its units. */
  readonly unitDir: string;
  /** Runs `systemctl`. @returns what it wrote; throws where it fails */
  readonly systemctl: (...args: readonly string[]) => string;
  /** Ends everything in it, and removes its directories. */
  readonly remove: () => Promise<void>;
}

/** Targets that every unit depends on by default; those of the machine start its services. */
const TARGETS = ['default', 'basic', 'sysinit', 'shutdown', 'network-online', 'multi-user'];

/** Script that the first process runs before it becomes systemd. */
const BOOT = `set -e
mount -t tmpfs tmpfs /run
umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount --bind "$MACHINE_ID" /etc/machine-id
exec env -i container=other PATH="$PATH" SYSTEMD_UNIT_PATH="$UNITS" "$SYSTEMD" --system`;

/** Starts it; as root. */
export async function startSystemd(): Promise<SystemdLab> {
  const { unshare, nsenter, systemd } = findSystemd();
  const directory = mkdtempSync(join(tmpdir(), 'nsd-'));
  const unitDir = join(directory, 'units');
  mkdirSync(unitDir);
  for (const name of TARGETS) writeFileSync(join(unitDir, `${name}.target`), '[Unit]\n');
  const machineId = join(directory, 'machine-id');
  writeFileSync(machineId, '0123456789abcdef0123456789abcdef\n');
  const group = join(cgroupRoot(), basename(directory));
  mkdirSync(group);
  const enter = 'echo $$ > "$GROUP/cgroup.procs"; exec "$@"';
  const namespaces = ['-C', '-m', '-p', '-f', '-u', '-i', '--mount-proc'];
  const child = spawn('sh', ['-c', enter, 'sh', unshare, ...namespaces, 'sh', '-c', BOOT], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      GROUP: group,
      UNITS: unitDir,
      MACHINE_ID: machineId,
      SYSTEMD: systemd,
    },
  });
  const ended = once(child, 'exit');
  const first = await waitUntil('the first process', () => childOf(child.pid));
  const systemctl = (...args: readonly string[]): string => {
    const inside = ['-t', first, '-m', '-p', '-u', '-i', '-C', '--', 'systemctl', ...args];
    return execFileSync(nsenter, inside, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  await waitUntil('systemd', () => systemctl('show', '--property=Version') || undefined);
  return {
    unitDir,
    systemctl,
    remove: async () => {
      // The kernel ends everything in its namespace with it.
      process.kill(Number(first), 'SIGKILL');
      await ended;
      await waitUntil('the control groups to be empty', () => removeGroups(group));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Returns the mount point of the cgroup v2 hierarchy, also on hosts that mount v1 too. */
function cgroupRoot(): string {
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  const root = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  if (root === undefined) throw new Error('these tests need cgroups of version 2');
  return root;
}

function childOf(pid: number | undefined): string | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : children.split(' ')[0];
}

function removeGroups(group: string): true {
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroups(join(group, entry.name));
  }
  if (existsSync(group)) rmdirSync(group);
  return true;
}
