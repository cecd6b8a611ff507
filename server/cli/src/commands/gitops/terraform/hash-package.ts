/** The hash of an installed provider, as lock files have it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Hashes all files of a directory. Source: `Hash1` of golang.org/x/mod/sumdb/dirhash, which
 * Terraform uses for `h1:`.
 */
export function hashPackage(directory: string): string {
  const names = filesOf(directory, '').sort();
  const lines = names.map((name) => {
    const sum = createHash('sha256')
      .update(readFileSync(join(directory, name)))
      .digest('hex');
    return `${sum}  ${name}\n`;
  });
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`;
}

function filesOf(directory: string, below: string): string[] {
  return readdirSync(join(directory, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? filesOf(directory, name) : [name];
  });
}
