/**
 * Makes the guest that the tests of the QEMU driver boot: Debian's cloud kernel and an initramfs of
 * busybox and a few modules, in `build/out/guest`. Both come from Debian's
 * packages, which are unpacked and not installed: those in apt's cache, or downloaded by apt.
 *
 * Exit codes: 0 the guest is there; 1 it cannot be made, which is said.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { archive } from './cpio.mjs';

const GUEST = fileURLToPath(new URL('../../../build/out/guest', import.meta.url));
const APT_CACHE = '/var/cache/apt/archives';

/** Drivers of the devices that the QEMU driver gives to a machine. */
const MODULES = [
  'virtio_pci',
  'virtio_blk',
  'virtio_net',
  'virtio_scsi',
  'virtio_mem',
  'virtio_balloon',
  'virtio_console',
  'evdev',
  'button',
  'pvpanic-pci',
  'sd_mod',
  'isofs',
  'vfat',
  'nls_cp437',
  'nls_ascii',
];

/** Commands of busybox that the guest has. */
const APPLETS =
  'blkid cat dd echo ip ls md5sum mkdir modprobe mount mv nc nproc nslookup ping poweroff reboot ' +
  'setsid sh sleep sync tail tee udhcpc umount';

/**
 * The QEMU guest agent, where apt has it: a guest without it boots as well. Its libraries are those
 * of this machine, on which QEMU needs most of them, too.
 */
const GUEST_AGENT = {
  program: 'usr/sbin/qemu-ga',
  libraries: [
    'libudev.so.1',
    'libnuma.so.1',
    'liburing.so.2',
    'libglib-2.0.so.0',
    'libgmodule-2.0.so.0',
    'libm.so.6',
    'libpcre2-8.so.0',
  ].map((name) => `/lib/x86_64-linux-gnu/${name}`),
};

/** Libraries that a dynamically linked busybox loads, from the same Debian. */
const LIBRARIES = [
  '/lib64/ld-linux-x86-64.so.2',
  '/lib/x86_64-linux-gnu/libc.so.6',
  '/lib/x86_64-linux-gnu/libresolv.so.2',
];

process.exitCode = main();

function main() {
  if (isMade()) return 0;
  const work = mkdtempSync(join(tmpdir(), 'novacron-guest-'));
  try {
    const kernelTree = unpack(work, findKernelPackage(work));
    const busyboxTree = unpack(work, findPackage(work, /^busybox(-static)?_/, 'busybox-static'));
    mkdirSync(GUEST, { recursive: true });
    const boot = join(kernelTree, 'boot');
    const kernel = readdirSync(boot).find((name) => name.startsWith('vmlinuz-'));
    copyFileSync(join(boot, kernel), join(GUEST, 'kernel'));
    const release = kernel.slice('vmlinuz-'.length);
    const files = [
      ...userland(join(busyboxTree, 'bin/busybox')),
      ...guestAgent(work),
      ...modules(kernelTree, release),
    ];
    writeFileSync(join(GUEST, 'initrd.part'), archive(files));
    // The file whose presence says that the guest is complete.
    renameSync(join(GUEST, 'initrd.part'), join(GUEST, 'initrd'));
    return 0;
  } catch (cause) {
    process.stderr.write(`The test guest cannot be made: ${cause.message}\n`);
    return 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Whether the guest is there, and as these files describe it. */
function isMade() {
  const madeMs = statSync(join(GUEST, 'initrd'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['init.sh', 'guest-agent.sh', 'show-seed.sh', 'make-guest.mjs', 'cpio.mjs'].every(
    (name) => statSync(new URL(name, import.meta.url)).mtimeMs < madeMs,
  );
}

/** The cloud kernel has no dependencies that a machine without disk needs. */
function findKernelPackage(work) {
  const pattern = /^linux-image-[\d.]+-\d+-cloud-amd64_/;
  const cached = inCache(pattern);
  if (cached !== undefined) return cached;
  const shown = execFileSync('apt-cache', ['depends', 'linux-image-cloud-amd64'], {
    encoding: 'utf8',
  });
  const name = /Depends: (linux-image-\S+)/.exec(shown)?.[1];
  if (name === undefined) throw new Error('apt knows no package linux-image-cloud-amd64.');
  return findPackage(work, pattern, name);
}

function findPackage(work, pattern, name) {
  const cached = inCache(pattern);
  if (cached !== undefined) return cached;
  execFileSync('apt-get', ['download', name], { cwd: work, stdio: 'pipe' });
  return join(
    work,
    readdirSync(work).find((file) => file.startsWith(`${name}_`)),
  );
}

function inCache(pattern) {
  const files = existsSync(APT_CACHE) ? readdirSync(APT_CACHE) : [];
  const found = files.find((file) => pattern.test(file));
  return found === undefined ? undefined : join(APT_CACHE, found);
}

function unpack(work, file) {
  const tree = mkdtempSync(join(work, 'tree-'));
  execFileSync('dpkg-deb', ['-x', file, tree]);
  return tree;
}

function userland(busybox) {
  const program = readFileSync(busybox);
  const isStatic = !program.includes('ld-linux-x86-64.so.2');
  const init = readFileSync(new URL('init.sh', import.meta.url));
  const showSeed = readFileSync(new URL('show-seed.sh', import.meta.url));
  const dhcp = readFileSync(new URL('dhcp.sh', import.meta.url));
  return [
    ...[
      'bin',
      'dev',
      'etc',
      'lib64',
      'lib',
      'lib/x86_64-linux-gnu',
      'lib/modules',
      'proc',
      'sys',
    ].map((path) => ({ path, kind: 'directory' })),
    { path: 'init', kind: 'program', content: init },
    { path: 'bin/show-seed', kind: 'program', content: showSeed },
    { path: 'dhcp', kind: 'program', content: dhcp },
    { path: 'bin/busybox', kind: 'program', content: program },
    ...APPLETS.split(' ').map((name) => ({
      path: `bin/${name}`,
      kind: 'link',
      content: 'busybox',
    })),
    ...(isStatic ? [] : LIBRARIES).map((file) => ({
      path: file.slice(1),
      kind: 'program',
      content: readFileSync(file),
    })),
  ];
}

/** The guest agent with its libraries; nothing, with a notice, where a part is missing. */
function guestAgent(work) {
  const missing = [...GUEST_AGENT.libraries, ...LIBRARIES].filter((file) => !existsSync(file));
  try {
    if (missing.length > 0) throw new Error(`${missing.join(', ')} missing`);
    const tree = unpack(work, findPackage(work, /^qemu-guest-agent_/, 'qemu-guest-agent'));
    const program = readFileSync(join(tree, GUEST_AGENT.program));
    const libraries = [...GUEST_AGENT.libraries, ...LIBRARIES].map((file) => ({
      path: file.slice(1),
      kind: 'program',
      content: readFileSync(file),
    }));
    const start = readFileSync(new URL('guest-agent.sh', import.meta.url));
    return [
      { path: 'bin/qemu-ga', kind: 'program', content: program },
      { path: 'bin/guest-agent', kind: 'program', content: start },
      ...libraries,
    ];
  } catch (cause) {
    process.stderr.write(`The test guest has no guest agent: ${cause.message}\n`);
    return [];
  }
}

/** The modules and what they depend on, dependencies first, with the order in which they load. */
function modules(kernelTree, release) {
  const files = new Map(
    readdirSync(kernelTree, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ko'))
      .map((path) => [nameOf(path), join(kernelTree, path)]),
  );
  const order = new Map();
  const add = (name) => {
    const file = files.get(name.replaceAll('-', '_'));
    if (file === undefined || order.has(file)) return;
    const content = readFileSync(file);
    for (const needed of dependenciesOf(content)) add(needed);
    order.set(file, content);
  };
  for (const name of MODULES) add(name);
  const folder = `lib/modules/${release}`;
  const loaded = [...order].map(([file, content]) => ({
    path: `${folder}/${basename(file)}`,
    kind: 'program',
    content,
  }));
  const names = [...order.keys()].map((file) => basename(file));
  // The order says what depends on what: modprobe takes them as they come, in one process.
  const listed = names.map((name) => `${name}:\n`).join('');
  return [
    { path: folder, kind: 'directory' },
    ...loaded,
    { path: `${folder}/modules.dep`, kind: 'program', content: Buffer.from(listed) },
    { path: 'lib/modules/order', kind: 'program', content: Buffer.from(names.join(' ')) },
  ];
}

function nameOf(path) {
  return basename(path, '.ko').replaceAll('-', '_');
}

/** The field `depends` of the section `.modinfo`: names with commas between them. */
function dependenciesOf(content) {
  const start = content.indexOf('\0depends=');
  const text = content.toString('latin1', start + '\0depends='.length);
  return text.slice(0, text.indexOf('\0')).split(',').filter(Boolean);
}
