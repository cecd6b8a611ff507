/** Finds out whether processes of VMs can have scopes of systemd, with limits. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';

/** Result of the examination. */
export interface ScopeFinding {
  readonly cgroups: 'v1' | 'v2' | 'none';
  /** Controllers of cgroup v2. */
  readonly controllers: readonly string[];
  /** The first process. */
  readonly manager: 'systemd' | 'other';
  /** Only root makes scopes of the system. */
  readonly user: 'root' | 'other';
  /** Whether `systemd-run` can be started. */
  readonly program: 'there' | 'missing';
}

/** Reason why processes of VMs have no scope, as a clause, and the remedy. */
export interface ScopeTrouble {
  readonly why: string;
  readonly remedy: string;
}

const CGROUP_ROOT = '/sys/fs/cgroup';
/** CGROUP2_SUPER_MAGIC of statfs(2). */
const CGROUP2_TYPE = 0x63677270;
/** Directory that sd_booted(3) checks. */
const SYSTEMD_MARK = '/run/systemd/system';

/** Examines the host and this process. */
export function examineScopes(): ScopeFinding {
  const cgroups = findCgroups();
  const { status } = spawnSync('systemd-run', ['--version'], { stdio: 'ignore' });
  return {
    cgroups,
    controllers: cgroups === 'v2' ? readControllers() : [],
    manager: existsSync(SYSTEMD_MARK) ? 'systemd' : 'other',
    user: process.geteuid?.() === 0 ? 'root' : 'other',
    program: status === 0 ? 'there' : 'missing',
  };
}

function findCgroups(): ScopeFinding['cgroups'] {
  if (!existsSync(CGROUP_ROOT)) return 'none';
  if (statfsSync(CGROUP_ROOT).type === CGROUP2_TYPE) return 'v2';
  return existsSync(`${CGROUP_ROOT}/cpu`) ? 'v1' : 'none';
}

function readControllers(): readonly string[] {
  return readFileSync(`${CGROUP_ROOT}/cgroup.controllers`, 'utf8').trim().split(' ');
}

/** Explains why there are no scopes; undefined if there are. Pure. */
export function explainNoScopes(found: ScopeFinding): ScopeTrouble | undefined {
  const { cgroups, manager, user, program } = found;
  if (manager === 'other') {
    return { why: 'systemd is not the first process', remedy: 'use a host that systemd runs' };
  }
  if (cgroups !== 'v2') {
    const why = cgroups === 'v1' ? 'cgroups have version 1' : 'no cgroups are mounted';
    return { why, remedy: 'boot with systemd.unified_cgroup_hierarchy=1' };
  }
  if (program === 'missing') {
    return { why: 'systemd-run is not on this host', remedy: 'apt-get install systemd' };
  }
  if (user === 'root') return undefined;
  return { why: 'only root makes scopes', remedy: 'run the agent as root, with --vm-user' };
}
