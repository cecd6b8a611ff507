/**
 * Follows the guide for a host on a host: a Debian with systemd that QEMU boots in software. Then
 * it does to the agent what happens to agents, and looks at the machines each time.
 *
 *   node test/host/run-test-host.mjs [check...]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from './checks/checks.mjs';
import { followGuide } from './follow-guide.mjs';
import { bootHost } from './host-machine.mjs';
import { makeHostImage, whyNotHere } from './make-host-image.mjs';
import { listPackages, readSteps } from './read-guide.mjs';

const GUIDE = new URL('../../docs/how-to/install-a-host.md', import.meta.url);

const say = (text) => process.stderr.write(`${text}\n`);

// Its exit ends QEMU and removes the files.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const reason = whyNotHere();
if (reason === undefined) process.exitCode = await testHost(process.argv.slice(2));
else say(`Left out, because ${reason}.`);

async function testHost(chosen) {
  const unknown = chosen.find((name) => CHECKS.every((check) => check.name !== name));
  if (unknown !== undefined) {
    say(`There is no check ${unknown}; there are: ${CHECKS.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const steps = readSteps(readFileSync(GUIDE, 'utf8'));
  const image = makeHostImage({ packages: listPackages(steps), say });
  const directory = mkdtempSync(join(tmpdir(), 'novacron-host-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const disk = join(directory, 'disk.qcow2');
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image.disk, '-F', 'raw', disk]);
  const host = await bootHost({ ...image, disk, directory });
  try {
    return await testGuide({ host, steps, chosen });
  } finally {
    await host.cut();
  }
}

async function testGuide({ host, steps, chosen }) {
  const follow = { name: 'guide', run: async () => followGuide(host, steps, say) };
  const settings = await trial(host, follow);
  if (settings === undefined) return 1;
  const checks = CHECKS.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  let passed = 1;
  for (const { name, run } of checks) {
    if (await trial(host, { name, run: () => run(host, settings).then(() => true) })) passed += 1;
  }
  const failed = checks.length + 1 - passed;
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** @returns what it returns; undefined where it failed */
async function trial(host, { name, run }) {
  const startedMs = performance.now();
  const taken = () => `${Math.round((performance.now() - startedMs) / 1_000)} s`;
  try {
    const done = await run();
    say(`ok      ${name} (${taken()})`);
    return done;
  } catch (cause) {
    say(`FAILED  ${name} (${taken()}): ${cause.message}`);
    say(await logsOf(host));
    return undefined;
  }
}

/** Returns the host's own logs, or its console output if it no longer responds. */
async function logsOf(host) {
  const logs = 'journalctl --no-pager -o cat -n 60 -u novacron-agent -u novacron-orchestration';
  const { output } = await host
    .run(logs, { limitMs: 60_000 })
    .catch(() => ({ output: `The host does not answer. Its console:\n${host.console()}` }));
  return output;
}
