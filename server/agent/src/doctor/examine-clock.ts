/** Examines the clock of the host. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@novacron/runtime/clock';
import type { ClockFinding } from './host-findings.ts';

/** Examines it: no program of this release was installed in the future. */
export function examineClock(clock: Clock): ClockFinding {
  const { ctimeMs } = statSync(fileURLToPath(import.meta.url));
  if (clock.nowMs() < ctimeMs) return { state: 'behind' };
  const asked = ['show', '--property=NTPSynchronized', '--value'];
  const { stdout } = spawnSync('timedatectl', asked, { encoding: 'utf8' });
  // Nothing where systemd does not run.
  const answer = String(stdout ?? '').trim();
  if (answer === 'yes') return { state: 'synchronized' };
  return { state: answer === 'no' ? 'not synchronized' : 'not known' };
}
