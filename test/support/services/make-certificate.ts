/** A certificate for a test server, which is its own authority. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { certificateIn, keyIn } from './certificate-files.ts';
import { findProgram } from './find-program.ts';
import type { Identity } from './own-process.ts';

/**
 * Makes certificate and key, which only their owner may read.
 * @param host - whom it names, as OpenSSL writes it: `IP:127.0.0.1`, `DNS:localhost`
 */
export function makeCertificate(
  directory: string,
  { host, identity }: { readonly host: string; readonly identity: Identity | undefined },
): void {
  const openssl = findProgram({ name: 'openssl', install: 'OpenSSL (Debian: openssl)' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const files = ['-keyout', keyIn(directory), '-out', certificateIn(directory)];
  const names = ['-subj', '/CN=novacron test', '-addext', `subjectAltName=${host}`];
  execFileSync(openssl, ['req', '-x509', '-days', '2', ...key, ...files, ...names], {
    stdio: 'pipe',
  });
  chmodSync(keyIn(directory), 0o600);
  if (identity === undefined) return;
  for (const file of [keyIn(directory), certificateIn(directory)]) {
    chownSync(file, identity.uid, identity.gid);
  }
}
