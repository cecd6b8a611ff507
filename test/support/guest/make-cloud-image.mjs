/**
 * Makes the Debian that `make test-cloud-init` boots: systemd, cloud-init and the QEMU guest agent,
 * in `build/out/cloud-image`. Debian itself is kept as an archive, which takes minutes to make; the
 * disk is made from it for a run, and removed afterwards.
 *
 *   node test/support/guest/make-cloud-image.mjs [remove]
 *
 * Exit codes: 0 the disk is there, or is removed; 1 it cannot be made, which is said.
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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const IMAGE = fileURLToPath(new URL('../../../build/out/cloud-image', import.meta.url));
const DISK = join(IMAGE, 'disk.qcow2');

/** Packages of Debian's own cloud images that cloud-init needs. */
const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'udev',
  'dbus',
  'linux-image-cloud-amd64',
  'initramfs-tools',
  'zstd',
  'cloud-init',
  'locales',
  'netplan.io',
  'iproute2',
  'openssh-server',
  'qemu-guest-agent',
];

/** Holes take no space; the guest grows its file system to the size of its disk. */
const DISK_SIZE = '3G';

if (process.argv[2] === 'remove') rmSync(DISK, { force: true });
else process.exitCode = main();

function main() {
  const work = mkdtempSync(join(tmpdir(), 'novacron-cloud-image-'));
  try {
    if (process.getuid?.() !== 0) throw new Error('only root can unpack a Debian with its users');
    const tree = join(work, 'tree');
    mkdirSync(tree);
    const archive = makeArchive();
    execFileSync('tar', ['--extract', '--numeric-owner', `--file=${archive}`, '-C', tree]);
    const boot = join(tree, 'boot');
    for (const [name, start] of [
      ['kernel', 'vmlinuz-'],
      ['initrd', 'initrd.img-'],
    ]) {
      const file = readdirSync(boot).find((each) => each.startsWith(start));
      copyFileSync(join(boot, file), join(IMAGE, name));
    }
    writeFileSync(join(tree, 'etc/fstab'), 'LABEL=root / ext4 defaults 0 1\n');
    // The default of cloud-init is a locale that this Debian has not generated.
    writeFileSync(join(tree, 'etc/cloud/cloud.cfg.d/10_locale.cfg'), 'locale: C.UTF-8\n');
    const raw = join(work, 'disk.raw');
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'root', '-d', tree, raw, DISK_SIZE], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, `${DISK}.part`]);
    // The file whose presence says that the image is complete.
    renameSync(`${DISK}.part`, DISK);
    return 0;
  } catch (cause) {
    process.stderr.write(`The Debian with cloud-init cannot be made: ${cause.message}\n`);
    return 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Debian with the packages, made once for a list of packages. */
function makeArchive() {
  const archive = join(IMAGE, 'debian.tar');
  const listFile = join(IMAGE, 'packages');
  const list = PACKAGES.join('\n');
  if (existsSync(listFile) && readFileSync(listFile, 'utf8') === list) return archive;
  process.stderr.write('making a Debian with cloud-init: some minutes\n');
  rmSync(IMAGE, { recursive: true, force: true });
  mkdirSync(IMAGE, { recursive: true });
  const release = readFileSync('/etc/os-release', 'utf8');
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  if (suite === undefined) throw new Error('/etc/os-release names no release of Debian');
  const options = ['--quiet', '--variant=minbase', `--include=${PACKAGES.join(',')}`];
  execFileSync('mmdebstrap', [...options, suite, archive], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  writeFileSync(listFile, list);
  return archive;
}
