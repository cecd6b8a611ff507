/**
 * Makes the disk that `make test-host` boots: Debian with systemd, the packages of the guide
 * `docs/how-to/install-a-host.md`, the packages of this release, and the small guest that its
 * machines run. Everything is in `build/out/host`.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Directory of the finished files: `kernel`, `initrd`, `disk.raw`. */
const HOST = join(ROOT, 'build/out/host');

/** Packages for booting and for access by the test. The guide installs the rest. */
const BASE_PACKAGES = [
  'systemd',
  'systemd-sysv',
  'udev',
  'dbus',
  'linux-image-cloud-amd64',
  'initramfs-tools',
  'zstd',
  'qemu-guest-agent',
  'libstdc++6',
];

/** Holes take no space. */
const DISK_SIZE = '40G';

/**
 * Makes the disk, unless it is there.
 * @param {{ packages: readonly string[], say: (text: string) => void }} options - `packages` are
 * those that the guide installs: a host without the internet finds them installed
 */
export function makeHostImage({ packages, say }) {
  const base = makeBase(packages, say);
  const work = mkdtempSync(join(tmpdir(), 'novacron-host-'));
  try {
    const tree = join(work, 'tree');
    say('unpacking Debian and copying this release to it');
    mkdirSync(tree);
    execFileSync('tar', ['--extract', '--numeric-owner', `--file=${base}`, `--directory=${tree}`]);
    nameHost(tree);
    keepBoot(join(tree, 'boot'));
    copyRelease(tree);
    cpSync(join(ROOT, 'build/out/guest'), join(tree, 'opt/guest'), { recursive: true });
    const disk = join(HOST, 'disk.raw');
    rmSync(disk, { force: true });
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'host', '-d', tree, disk, DISK_SIZE]);
    return { disk, kernel: join(HOST, 'kernel'), initrd: join(HOST, 'initrd') };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Debian with the packages, which takes minutes and is made once for a list of packages. It is an
 * archive: whatever walks through the checkout, as the tests do, would walk through a tree as well.
 */
function makeBase(packages, say) {
  const archive = join(HOST, 'debian.tar');
  const list = [...new Set([...BASE_PACKAGES, ...packages])].sort();
  const listFile = join(HOST, 'packages');
  if (
    existsSync(archive) &&
    existsSync(listFile) &&
    readFileSync(listFile, 'utf8') === list.join('\n')
  )
    return archive;
  say('making a Debian with systemd and QEMU: some minutes');
  rmSync(HOST, { recursive: true, force: true });
  mkdirSync(HOST, { recursive: true });
  const suite = debianRelease();
  execFileSync(
    'mmdebstrap',
    ['--quiet', '--variant=minbase', `--include=${list.join(',')}`, suite, archive],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  writeFileSync(`${listFile}.part`, list.join('\n'));
  renameSync(`${listFile}.part`, listFile);
  return archive;
}

function nameHost(tree) {
  writeFileSync(join(tree, 'etc/fstab'), 'LABEL=host / ext4 defaults 0 1\n');
  writeFileSync(join(tree, 'etc/hostname'), 'host-01\n');
  writeFileSync(join(tree, 'etc/hosts'), '127.0.0.1 localhost host-01\n');
}

/** Keeps what QEMU boots. @param boot - the directory in the tree */
function keepBoot(boot) {
  const find = (start) => readdirSync(boot).find((name) => name.startsWith(start));
  cpSync(join(boot, find('vmlinuz-')), join(HOST, 'kernel'));
  cpSync(join(boot, find('initrd.img-')), join(HOST, 'initrd'));
}

/** The release of Debian that this machine runs: its apt knows where packages come from. */
function debianRelease() {
  const release = readFileSync('/etc/os-release', 'utf8');
  const name = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  if (name === undefined) throw new Error('/etc/os-release names no release of Debian.');
  return name;
}

/** What the guide installs: packages of this release, and Terraform. */
function copyRelease(tree) {
  cpSync(findOnPath('terraform'), join(tree, 'usr/local/bin/terraform'));
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const packages = join(ROOT, 'build/out/release', `novacron-${version}`, 'debian');
  if (!existsSync(packages)) throw new Error('There is no release: run make release.');
  cpSync(packages, join(tree, 'opt/packages'), { recursive: true });
}

/** Explains why the image cannot be made here; undefined if it can. */
export function whyNotHere() {
  if (process.getuid?.() !== 0) return 'only root can unpack a Debian with its users';
  const missing = [
    'mmdebstrap',
    'mke2fs',
    'qemu-system-x86_64',
    'qemu-img',
    'qemu-nbd',
    'terraform',
  ].filter((name) => findOnPath(name) === undefined);
  if (missing.length > 0) return `these programs are missing: ${missing.join(', ')}`;
  if (!existsSync(join(ROOT, 'build/out/guest/initrd'))) return 'there is no guest: run make guest';
  return undefined;
}

/** Path of a program, without symbolic links; undefined where it is not on the PATH. */
function findOnPath(name) {
  const files = (process.env.PATH ?? '').split(':').map((directory) => join(directory, name));
  const found = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  return found && realpathSync(found);
}
