/**
 * Child of the crash sweep: opens a driver, carries out one action, and kills itself before one of
 * the durable steps of that action. A step is a change of a file below the directory of the site,
 * or the start of a program. Writes the number of steps to stdout where it gets to the end.
 *
 *   node act-until-killed.mjs '{"options":{…},"directory":"…","action":"…","args":[…],"killAt":1}'
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { systemTimers } from '@novacron/runtime/timers';

const { options, directory, action, args, killAt } = JSON.parse(process.argv[2]);
let isActing = false;
let steps = 0;

/** Counts a step that is about to be made. */
function step() {
  if (!isActing) return;
  steps += 1;
  if (steps === killAt) process.kill(process.pid, 'SIGKILL');
}

/** Whether a call changes a file of the site: reads, and files elsewhere, do not count. */
const CHANGES = {
  openSync: ([path, flags]) => isOfSite(path) && /[aw+]/.test(flags ?? 'r'),
  writeFileSync: ([path]) => isOfSite(path),
  appendFileSync: ([path]) => isOfSite(path),
  mkdirSync: ([path]) => isOfSite(path),
  rmSync: ([path]) => isOfSite(path) && fs.existsSync(path),
  unlinkSync: ([path]) => isOfSite(path),
  truncateSync: ([path]) => isOfSite(path),
  renameSync: ([, path]) => isOfSite(path),
  linkSync: ([, path]) => isOfSite(path),
  symlinkSync: ([, path]) => isOfSite(path),
  copyFileSync: ([, path]) => isOfSite(path),
  cpSync: ([, path]) => isOfSite(path),
};

function isOfSite(path) {
  return String(path).startsWith(directory);
}

for (const [name, isChange] of Object.entries(CHANGES)) {
  const call = fs[name];
  fs[name] = (...given) => {
    if (isChange(given)) step();
    return call(...given);
  };
}
for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) {
  const call = childProcess[name];
  childProcess[name] = (...given) => {
    step();
    return call(...given);
  };
}
syncBuiltinESMExports();

const { openQemuDriver } = await import('@novacron/agent/drivers/qemu/open-qemu-driver');
const clock = { nowMs: () => Date.now() };
const opened = await openQemuDriver({ ...options, clock, timers: systemTimers });
if (!opened.ok) throw new Error(opened.error.detail);
const [order, ...rest] = args;
isActing = true;
const answer = await opened.value[action](
  { ...order, signal: new AbortController().signal },
  ...rest,
);
isActing = false;
if (!answer.ok) throw new Error(answer.error.message);
await opened.value.close();
process.stdout.write(`${steps}\n`);
