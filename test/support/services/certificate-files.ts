/** Paths of the certificate of a test server and its key. */
import { join } from 'node:path';

/** The certificate in a directory. */
export function certificateIn(directory: string): string {
  return join(directory, 'server.crt');
}

/** The key of the certificate in a directory. */
export function keyIn(directory: string): string {
  return join(directory, 'server.key');
}
