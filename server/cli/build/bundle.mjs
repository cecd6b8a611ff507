/**
 * Bundles the command line, so that a command reads some fifty files instead of a thousand. Parts
 * that a command imports while it runs, such as the Rego compiler, stay files of their own.
 *
 *   node server/cli/build/bundle.mjs
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { bundledPackages, englishOnly } from '../../../provider/build/esbuild-plugins.mjs';
import { lazyImports } from './lazy-imports.mjs';
import { lazyTables } from './lazy-tables.mjs';

const home = resolve(import.meta.dirname, '..');
const outdir = resolve(home, 'dist/bundle');

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: home,
  entryPoints: ['src/main.ts', 'src/node-io.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // A shorter text is compiled sooner; names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  conditions: ['novacron-source'],
  plugins: [englishOnly, bundledPackages, lazyTables, lazyImports],
  // Packages in CommonJS ask for Node's own modules by `require`.
  banner: {
    js:
      "import { createRequire as novacronRequire } from 'node:module';" +
      'const require = novacronRequire(import.meta.url);',
  },
});
