/** The provider as users get it: installed into a mirror, started by Terraform itself. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installProvider } from '../../../provider/src/install-provider.ts';

/** A mirror and the CLI configuration that names it. */
export interface Installation {
  readonly mirror: string;
  readonly cliConfig: string;
  /** Lines shown to the user. */
  readonly lines: readonly string[];
  readonly remove: () => void;
}

/** Files that `npx tsc -b && node provider/build/bundle.mjs` make. */
const BUILT = ['provider/dist/terraform-provider-novacron', 'server/cli/dist/main.js'];

/** Installs the built provider into a temporary directory. */
export async function installForTest(): Promise<Installation> {
  const root = resolve(__dirname, '../../..');
  for (const file of BUILT) {
    if (!existsSync(join(root, file))) throw new Error(`there is no ${file}: run make build`);
  }
  const directory = mkdtempSync(join(tmpdir(), 'novacron-mirror-'));
  const mirror = join(directory, 'mirror');
  const cliConfig = join(directory, 'novacron.tfrc');
  const installed = await installProvider({ dir: mirror, cliConfig });
  if (!installed.ok) throw new Error(installed.error.detail);
  const { lines } = installed.value;
  return {
    mirror,
    cliConfig,
    lines,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
