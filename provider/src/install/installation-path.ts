/** Location of the installed provider, and the version that this package would install. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The manifest of this package, whether this file is compiled (`dist/install/`) or not. */
const MANIFEST = new URL('../../package.json', import.meta.url);

/** The mirror that Terraform reads by default. Like here, HOME overrides the system's setting. */
export function impliedMirror(): string {
  return join(process.env.HOME || homedir(), '.terraform.d', 'plugins');
}

/** The version of this release: `0.1.0`. */
export function readVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  return manifest.version;
}
