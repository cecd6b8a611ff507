/** A Debian in a directory, in which commands run with its own files and processes. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Mounts are those of the command only, and end with it. */
const ENTER =
  'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';

const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child'];

/**
 * @param {{ directory: string, packages: readonly string[] }} options - `packages` of Debian that
 * are installed besides the smallest system
 */
export function openDebianRoot({ directory, packages }) {
  const root = join(directory, 'root');
  const include = `--include=${packages.join(',')}`;
  execFileSync('mmdebstrap', ['--quiet', '--variant=minbase', include, 'bookworm', root], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  mkdirSync(join(root, 'packages'));
  const wordsOf = (words) => [...NAMESPACES, 'sh', '-c', ENTER, root, ...words];
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' };
  return {
    root,
    /** @returns {string} what the command wrote; throws with its errors where it fails */
    run: (...words) =>
      execFileSync('unshare', wordsOf(words), { env, encoding: 'utf8', stdio: 'pipe' }),
    /**
     * Starts a command that keeps running.
     * @param {Record<string, string>} variables
     * @returns {() => void} kills it, also where it runs as another user: the kernel then forgets
     * that it should end with its parent
     */
    start: (variables, ...words) => {
      const options = { env: { ...env, ...variables }, stdio: 'ignore', detached: true };
      const child = spawn('unshare', wordsOf(words), options);
      return () => process.kill(-child.pid, 'SIGKILL');
    },
  };
}
