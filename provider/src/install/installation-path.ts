/** Where the provider is installed, and which one this package would install. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Of this package, be it compiled (`dist/install/`) or run from its sources (`src/install/`). */
const MANIFEST = new URL('../../package.json', import.meta.url);

/** The mirror that Terraform reads by itself. It, too, believes the variable before the system. */
export function impliedMirror(): string {
  return join(process.env.HOME || homedir(), '.terraform.d', 'plugins');
}

/** The version of this release: `0.1.0`. */
export function readVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  return manifest.version;
}
