/** Buildah and podman with images and containers of their own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs as root without a cgroup manager, and where limits may not be raised. */
const SETTINGS = `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

/** Programs that a check of containers starts. */
export const CONTAINER_PROGRAMS = ['buildah', 'podman', 'runc', 'mmdebstrap'];

/**
 * @param {string} directory - gets images and containers
 * @returns the two programs, each with `run`, which throws where it fails, and `try`, which returns
 * exit code and output
 */
export function openContainers(directory) {
  const settings = join(directory, 'containers.conf');
  mkdirSync(directory, { recursive: true });
  writeFileSync(settings, SETTINGS);
  const env = { ...process.env, CONTAINERS_CONF: settings };
  const store = ['--root', join(directory, 'store'), '--runroot', join(directory, 'run')];
  const options = { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const podman = (...words) => execFileSync('podman', [...store, ...words], options).trim();
  const tryPodman = (...words) => {
    const { status, stdout, stderr } = spawnSync('podman', [...store, ...words], options);
    return { status, output: stdout + stderr };
  };
  /** Builds the folder of a Dockerfile. */
  const build = (folder, tag) => {
    const fixed = ['--isolation=chroot', '--pull-never', '--format=docker', '--timestamp=0'];
    const words = [...store, 'bud', '--quiet', '--no-cache', ...fixed, `--tag=${tag}`, folder];
    execFileSync('buildah', words, options);
  };
  const remove = () => {
    process.off('exit', remove);
    podman('rm', '--all', '--force', '--time=0');
    podman('volume', 'prune', '--force');
    // Layers are mounts while their container exists.
    tryPodman('system', 'reset', '--force');
  };
  // A check that is interrupted leaves no rules of networks, which would lead others astray.
  process.prependListener('exit', remove);
  return { env, store, podman, tryPodman, build, remove };
}

/**
 * Makes an image of Debian's packages under the name of one that no registry here has.
 * @param {ReturnType<typeof openContainers>} containers
 * @param {{ tag: string, directory: string, packages: readonly string[], steps: string,
 *   files?: Readonly<Record<string, string>> }} options - `steps` are lines of a Dockerfile;
 *   `files` are copied to the folder that they refer to
 */
export function buildStandIn(containers, { tag, directory, packages, steps, files = {} }) {
  mkdirSync(directory, { recursive: true });
  const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
  const archive = join(directory, 'rootfs.tar');
  execFileSync('mmdebstrap', ['--quiet', '--variant=minbase', ...include, 'bookworm', archive], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const [name, from] of Object.entries(files)) {
    execFileSync('cp', ['--dereference', from, join(directory, name)]);
  }
  writeFileSync(join(directory, 'Dockerfile'), `FROM scratch\nADD rootfs.tar /\n${steps}`);
  containers.build(directory, tag);
  rmSync(directory, { recursive: true });
}

/**
 * Makes the base of the image: a Debian with the Node of this machine.
 * @param {ReturnType<typeof openContainers>} containers
 * @param {string} tag - name of the true base, which this one has in the store of the check only
 * @param {string} directory
 */
export function buildNodeStandIn(containers, tag, directory) {
  buildStandIn(containers, {
    tag,
    directory,
    packages: ['libstdc++6'],
    files: { node: process.execPath },
    steps: 'COPY --chmod=0755 node /usr/local/bin/node\n',
  });
}
