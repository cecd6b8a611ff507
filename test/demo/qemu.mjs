/**
 * The demo on real machines: QEMU on this host, in software, with the small Linux that the tests
 * boot. Sizes and addresses of the example are smaller, so that any machine has room for them.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tagOf } from '@novacron/agent/drivers/qemu/network/network-names';
import { aliasOf } from '@novacron/agent/drivers/qemu/network/plan-links';
import { expectFact } from './commands.mjs';
import { runProcess } from './processes.mjs';
import { printCommand } from './screen.mjs';
import { PLAN_VM, planIsEmpty, SUMMARY, show, VM, WARNING } from './steps.mjs';
import { allOf, linesMatching } from './trim-output.mjs';

const GUEST = fileURLToPath(new URL('../../build/out/guest', import.meta.url));
const MAKE_GUEST = fileURLToPath(new URL('../support/guest/make-guest.mjs', import.meta.url));

const PROGRAMS = {
  'qemu-system-x86_64': 'QEMU 7.2 or later (Debian: qemu-system-x86)',
  'qemu-img': 'the disk tools of QEMU (Debian: qemu-utils)',
};

/** Kernel command line of the guest; docs/testing.md describes the guest. */
const COMMAND_LINE =
  'console=ttyS0 quiet panic=-1 mitigations=off nopti tsc=unstable no_timer_check swiotlb=1024 ' +
  'memhp_default_state=online\n';

/** Replacements of values in the example by smaller ones. */
const SMALLER = {
  'cpu_cores  = 4': 'cpu_cores  = 1',
  'memory_gb  = 8': 'memory_gb  = 0.25',
  'disk_gb    = 100': 'disk_gb    = 1',
  'size_gb     = 500': 'size_gb     = 1',
  // Where the server runs as root, the network is one of this machine.
  '10.0.0.0/16': '10.213.77.0/24',
};

/** Time limit of every guest action, in software on a busy machine. Unit: ms. */
const GUEST_MS_MAX = 120_000;
const POLL_MS = 100;

/** Differences from the simulated fleet. @type {typeof import('./simulator.mjs').simulator} */
export const qemu = {
  findMissing: async (env) => {
    for (const [program, install] of Object.entries(PROGRAMS)) {
      if (!(await runs(program, ['--version'], env))) {
        return `The demo needs ${program} on the PATH, and there is none.\nInstall ${install}.`;
      }
    }
    const made = await runProcess(process.execPath, [MAKE_GUEST], { env });
    if (made.exitCode === 0) return undefined;
    return `${made.output}The demo needs a guest, which \`make guest\` makes on Debian.`;
  },
  serverArgs: ['--hypervisor', 'qemu', '--qemu-accel', 'tcg'],
  prepare: prepareGuest,
  adapt: (configuration) =>
    Object.entries(SMALLER).reduce((text, [ours, smaller]) => {
      if (!text.includes(ours)) throw new Error(`The example no longer says: ${ours}`);
      return text.replace(ours, smaller);
    }, configuration),
  memoryGb: { was: 0.25, changed: 0.5 },
  steps: [
    {
      title: 'The guest boots, and its console answers',
      run: async ({ novacron, ask }, dataDir) => {
        const { id } = await ask(`vm show ${VM}`);
        const log = join(machineDir(dataDir, id), 'console.log');
        await waitFor('the guest boots', () => readFileSync(log, 'utf8').includes('GUEST-READY'));
        await novacron(`vm console ${VM}`, {
          input: 'cat /proc/version\r',
          show: linesMatching(/GUEST-READY/, /^Linux version/),
          says: { 'it is a Linux of its own': /Linux version \d/ },
        });
      },
    },
    {
      title: 'Someone presses the power button at the monitor of QEMU: drift',
      run: async (commands, dataDir) => {
        const { terraform, ask } = commands;
        const { id } = await ask(`vm show ${VM}`);
        printCommand('system_powerdown, at qmp-operator.sock of the machine');
        await pressPowerButton(join(machineDir(dataDir, id), 'qmp-operator.sock'));
        await waitFor('the server hears of it', async () => {
          const { status } = await ask(`vm show ${VM}`);
          return status === 'stopped';
        });
        await terraform('plan -detailed-exitcode', {
          exitCode: 2,
          show: allOf(PLAN_VM, SUMMARY, WARNING),
          says: {
            'the plan would start it': /~ power_state = "stopped" -> "running"/,
            'who did it': /changed by its guest, which NovaCron noted/,
          },
        });
        await terraform('apply -auto-approve', { show: linesMatching(/^Apply complete/) });
        const vm = await ask(`vm show ${VM}`);
        expectFact(vm.status === 'running', 'the VM runs again', show(vm));
        await planIsEmpty(commands);
        const log = join(machineDir(dataDir, id), 'console.log');
        const boots = () => readFileSync(log, 'utf8').split('GUEST-READY').length - 1;
        await waitFor('its guest boots again', () => boots() > 1);
      },
    },
  ],
  /** Ends machines of a demo that failed, which outlive the server, and removes their networks. */
  cleanUp: (directory) => {
    for (const pid of listProcesses(`${directory}/`)) process.kill(pid, 'SIGKILL');
    const owner = readOwner(join(directory, 'data', 'qemu', 'link-owner.json'));
    if (owner !== undefined) removeNetworks(owner);
  },
};

/** @returns {string | undefined} whose links and rules a server has on this host */
function readOwner(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).owner : undefined;
}

/** Removes them where this user can have made them. */
function removeNetworks(owner) {
  const links = JSON.parse(runOrNothing('ip', ['-j', 'link', 'show']) || '[]');
  for (const { ifname, ifalias } of links) {
    if (ifalias === aliasOf(owner)) runOrNothing('ip', ['link', 'delete', 'dev', ifname]);
  }
  for (const line of runOrNothing('nft', ['list', 'tables']).split('\n')) {
    const [, family, name] = line.split(' ');
    if (name?.endsWith(tagOf(owner))) runOrNothing('nft', ['delete', 'table', family, name]);
  }
}

/** Runs a program. @returns what it printed, or nothing where there is no such or it fails */
function runOrNothing(program, args) {
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  return spawnSync(program, args, options).stdout ?? '';
}

/** Makes the guest the template of a server's VMs that name none. */
export function prepareGuest(dataDir) {
  makeTemplate(join(dataDir, 'qemu', 'storage'));
}

/** Makes the guest the template `default` of a storage directory. */
export function makeTemplate(storageDir) {
  const template = join(storageDir, 'templates', 'default');
  mkdirSync(template, { recursive: true });
  for (const name of ['kernel', 'initrd']) symlinkSync(join(GUEST, name), join(template, name));
  writeFileSync(join(template, 'cmdline'), COMMAND_LINE);
}

const machineDir = (dataDir, id) => join(dataDir, 'qemu', 'machines', id);

async function runs(program, args, env) {
  try {
    return (await runProcess(program, args, { env })).exitCode === 0;
  } catch {
    return false;
  }
}

async function waitFor(what, holds) {
  const deadlineMs = performance.now() + GUEST_MS_MAX;
  while (!(await holds())) {
    const isLate = performance.now() > deadlineMs;
    if (isLate) expectFact(false, `${what} within ${GUEST_MS_MAX / 1_000} s`);
    await sleep(POLL_MS);
  }
  expectFact(true, what);
}

/** Speaks the QEMU Machine Protocol: a greeting, then a command for each line. */
function pressPowerButton(path) {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const commands = ['qmp_capabilities', 'system_powerdown'];
    let text = '';
    let answers = 0;
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop();
      answers += lines.filter((line) => /"(QMP|return|error)":/.test(line)).length;
      while (commands.length > 0 && answers > 2 - commands.length) {
        socket.write(`${JSON.stringify({ execute: commands.shift() })}\n`);
      }
      if (answers > 2) socket.end();
    });
    socket.once('error', reject);
    socket.once('close', resolve);
  });
}

const MACHINE_PROGRAM = /^([^\0]*\/)?(qemu-|dnsmasq)/;

/** The processes of machines and their networks whose command line has a text. */
export function listProcesses(words) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return MACHINE_PROGRAM.test(line) && line.includes(words);
      } catch {
        return false;
      }
    })
    .map(Number);
}
