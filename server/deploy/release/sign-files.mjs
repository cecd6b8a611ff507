/** Signs files with GnuPG, in a home directory of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes `FILE.sig`, a detached signature, beside each file.
 * @param {{ keyFile: string, files: readonly string[], publicKey: string }} options - `keyFile` is
 * an armored secret key without a passphrase; `publicKey` is written, for `gpgv --keyring`
 */
export function signFiles({ keyFile, files, publicKey }) {
  const home = mkdtempSync(join(tmpdir(), 'novacron-gpg-'));
  const env = { ...process.env, GNUPGHOME: home };
  const gpg = (...words) =>
    execFileSync('gpg', ['--batch', '--quiet', '--yes', ...words], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  try {
    gpg('--import', keyFile);
    gpg('--output', publicKey, '--export');
    for (const file of files) gpg('--output', `${file}.sig`, '--detach-sign', file);
  } finally {
    execFileSync('gpgconf', ['--kill', 'gpg-agent'], { env });
    rmSync(home, { recursive: true, force: true });
  }
}
