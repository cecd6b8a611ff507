/** Examines what the operating system offers: control groups and a clock. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@novacron/runtime/clock';
import type { CgroupFinding, ClockFinding } from './host-findings.ts';

const CGROUP_ROOT = '/sys/fs/cgroup';
/** CGROUP2_SUPER_MAGIC of statfs(2). */
const CGROUP2_TYPE = 0x63677270;
/** What sd_booted(3) looks at. */
const SYSTEMD_MARK = '/run/systemd/system';

/** Whether systemd is the first process, as sd_booted(3) finds out. */
function findManager(): CgroupFinding['manager'] {
  return existsSync(SYSTEMD_MARK) ? 'systemd' : 'other';
}

/** Finds the control groups of the host. */
export function examineCgroups(): CgroupFinding {
  const manager = findManager();
  if (!existsSync(CGROUP_ROOT)) return { version: 'none', controllers: [], manager };
  if (statfsSync(CGROUP_ROOT).type !== CGROUP2_TYPE) {
    return { version: existsSync(`${CGROUP_ROOT}/cpu`) ? 'v1' : 'none', controllers: [], manager };
  }
  const text = readFileSync(`${CGROUP_ROOT}/cgroup.controllers`, 'utf8').trim();
  return { version: 'v2', controllers: text.split(' '), manager };
}

/** Examines the clock: no program of this release was installed in the future. */
export function examineClock(clock: Clock): ClockFinding {
  const { ctimeMs } = statSync(fileURLToPath(import.meta.url));
  if (clock.nowMs() < ctimeMs) return { state: 'behind' };
  if (findManager() === 'other') return { state: 'not known' };
  const asked = ['show', '--property=NTPSynchronized', '--value'];
  const { stdout } = spawnSync('timedatectl', asked, { encoding: 'utf8' });
  const answer = String(stdout ?? '').trim();
  if (answer === 'yes') return { state: 'synchronized' };
  return { state: answer === 'no' ? 'not synchronized' : 'not known' };
}
