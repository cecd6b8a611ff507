/** A host of machines that is itself a machine: QEMU runs it, and its guest agent reaches it. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A Debian that boots in software emulation takes about a minute. */
const BOOT_MS_MAX = 600_000;

/** Longest time of a command unless its caller says otherwise. */
const RUN_MS_MAX = 300_000;

/** Maximum length of the console output shown. Unit: characters. */
const CONSOLE_LENGTH_MAX = 6_000;

const KERNEL_OPTIONS = [
  'root=LABEL=host rw console=ttyS0 systemd.show_status=1 net.ifnames=0',
  // No virtualization of its own: whether its KVM answers in time depends on the load. With
  // `-cpu max,svm=off`, QEMU 7.2 runs a Debian whose system calls fail.
  'modprobe.blacklist=kvm_amd',
];

/**
 * Boots the host.
 * @param {{ directory: string, kernel: string, initrd: string, disk: string }} options
 * `directory` gets its sockets and logs
 */
export async function bootHost({ directory, kernel, initrd, disk }) {
  const channel = join(directory, 'agent.sock');
  const consoleLog = join(directory, 'console.log');
  const options = {
    machine: 'q35',
    accel: 'tcg,thread=multi',
    cpu: 'max',
    smp: '2',
    m: '4096',
    display: 'none',
    kernel,
    initrd,
    append: KERNEL_OPTIONS.join(' '),
    drive: `file=${disk},if=virtio,format=qcow2,cache=unsafe`,
    netdev: 'user,id=n0',
    chardev: `socket,id=qga,path=${channel},server=on,wait=off`,
    serial: `file:${consoleLog}`,
  };
  const devices = [
    'virtio-net-pci,netdev=n0',
    'virtio-serial-pci',
    'virtio-rng-pci',
    'virtserialport,chardev=qga,name=org.qemu.guest_agent.0',
  ];
  const args = [
    '-nodefaults',
    ...Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]),
    ...devices.flatMap((device) => ['-device', device]),
  ];
  const child = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const host = {
    /**
     * Runs a command in a shell of the host, as root.
     * @returns {Promise<{ exitCode: number, output: string }>}
     */
    run: (command, { limitMs = RUN_MS_MAX } = {}) => runInside(channel, command, limitMs),
    /** The last that it wrote to its console. */
    console: () => readFileSync(consoleLog, 'utf8').slice(-CONSOLE_LENGTH_MAX),
    /** Takes its power away. */
    async cut() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  await waitFor('the host to boot', BOOT_MS_MAX, async () => {
    if (child.exitCode !== null) throw new Error('QEMU ended while the host booted.');
    return ping(channel).catch(() => false);
  });
  return host;
}

/**
 * Asks until the answer is neither false nor undefined.
 * @template T
 * @param {string} what
 * @param {number} limitMs
 * @param {() => Promise<T | false | undefined>} ask
 * @returns {Promise<T>}
 */
export async function waitFor(what, limitMs, ask) {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (Date.now() > endMs) throw new Error(`${what}: waited ${limitMs / 1000} s in vain`);
    await pause(500);
  }
}

/** Runs a command that has to end with 0. @returns {Promise<string>} what it wrote */
export async function runOk(host, command) {
  const { exitCode, output } = await host.run(command);
  if (exitCode !== 0) throw new Error(`It ended with ${exitCode}: ${command}\n${output}`);
  return output;
}

async function runInside(channel, command, limitMs) {
  const args = {
    path: '/bin/bash',
    arg: ['-c', command],
    'capture-output': true,
    env: ENVIRONMENT,
  };
  const { pid } = await ask(channel, 'guest-exec', args);
  const status = await waitFor(command, limitMs, async () => {
    const answer = await ask(channel, 'guest-exec-status', { pid });
    return answer.exited ? answer : undefined;
  });
  const text = (part) => Buffer.from(part ?? '', 'base64').toString('utf8');
  return {
    exitCode: status.exitcode ?? -1,
    output: text(status['out-data']) + text(status['err-data']),
  };
}

const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LANG=C.UTF-8',
];

async function ping(channel) {
  await ask(channel, 'guest-ping', {}, 5_000);
  return true;
}

/** One request to the guest agent over a connection of its own: it keeps none of them apart. */
function ask(channel, execute, args, limitMs = 60_000) {
  return new Promise((resolve, reject) => {
    const id = Math.floor(Math.random() * 1e9);
    const socket = createConnection(channel);
    const timer = setTimeout(() => end(new Error(`no answer to ${execute}`)), limitMs);
    let rest = '';
    let isSynchronized = false;
    function end(problem, value) {
      clearTimeout(timer);
      socket.destroy();
      if (problem === undefined) resolve(value);
      else reject(problem);
    }
    socket.on('error', (cause) => end(cause));
    socket.on('close', () => end(new Error(`the guest agent ended before it answered ${execute}`)));
    const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
    socket.on('connect', () => send({ execute: 'guest-sync', arguments: { id } }));
    socket.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = parse(line);
        if (message === undefined) continue;
        if (!isSynchronized) {
          if (message.return !== id) continue;
          isSynchronized = true;
          send({ execute, arguments: args });
        } else if (message.error !== undefined) end(new Error(message.error.desc));
        else end(undefined, message.return);
      }
    });
  });
}

/** Parses a line; undefined if it is the remainder of an earlier request. */
function parse(line) {
  try {
    return JSON.parse(line.replaceAll('\u00ff', ''));
  } catch {
    return undefined;
  }
}
