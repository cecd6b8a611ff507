/** Makes the release that checks look at: once for a run, signed with a key of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
export const RELEASE_SCRIPT = join(ROOT, 'server/deploy/release/make-release.mjs');

let made;

/**
 * @returns {{ directory: string, home: string, version: string, keyFile: string }} `home` is the
 * release, `directory` what it and its archive are in
 */
export function makeTestRelease() {
  made ??= make();
  return made;
}

function make() {
  const scratch = mkdtempSync(join(tmpdir(), 'novacron-release-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const keyFile = join(scratch, 'key.asc');
  makeKey({ keyFile, home: join(scratch, 'gpg') });
  const directory = join(scratch, 'release');
  const words = [RELEASE_SCRIPT, '--directory', directory, '--key-file', keyFile];
  const [home] = execFileSync(process.execPath, words, { encoding: 'utf8' }).split('\n');
  return { directory, home, version: home.replace(/.*-/, ''), keyFile };
}

/**
 * Writes an armored secret key, as RELEASE_KEY_FILE is.
 * @param {{ keyFile: string, home: string }} options - `home` is a new directory for GnuPG
 */
export function makeKey({ keyFile, home }) {
  mkdirSync(home, { mode: 0o700 });
  const env = { ...process.env, GNUPGHOME: home };
  const gpg = (...words) =>
    execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', ...words], { env });
  try {
    gpg('--quick-generate-key', 'Release of a test', 'ed25519', 'sign', 'never');
    writeFileSync(keyFile, gpg('--armor', '--export-secret-keys'), { mode: 0o600 });
  } finally {
    execFileSync('gpgconf', ['--kill', 'gpg-agent'], { env });
  }
}
