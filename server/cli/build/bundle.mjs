/**
 * Bundles the command line, so that a command reads some fifty files instead of a thousand, and the
 * programs that it starts: server, agent and runner, and what installs the provider. Parts that a
 * program imports while it runs, such as the Rego compiler, stay files of their own.
 *
 *   node server/cli/build/bundle.mjs
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import {
  bundledPackages,
  compiledUrls,
  englishOnly,
} from '../../../provider/build/esbuild-plugins.mjs';
import { lazyImports } from './lazy-imports.mjs';
import { lazyTables } from './lazy-tables.mjs';

const cli = resolve(import.meta.dirname, '..');

/**
 * Packages with native code, WebAssembly, files or threads of their own, or that are optional; and
 * packages in CommonJS that are imported while a program runs: a bundle gives only their default.
 */
const UNBUNDLED = [
  '@peculiar/x509',
  'better-sqlite3',
  'bufferutil',
  'highs',
  'pg-native',
  'pino',
  'reflect-metadata',
  'snappyjs',
  'swagger-ui-dist',
  'utf-8-validate',
];

await bundle(cli, {
  entryPoints: ['src/main.ts', 'src/node-io.ts'],
  plugins: [englishOnly, bundledPackages, lazyTables, lazyImports],
});
const programs = [
  ['..', 'main'],
  ['../agent', 'main'],
  ['../runner', 'main'],
  // Steps of workflows have the package of the provider alone, without what it depends on.
  ['../../provider', 'install-provider'],
];
for (const [home, entry] of programs) {
  await bundle(resolve(cli, home), {
    entryPoints: [`src/${entry}.ts`],
    external: UNBUNDLED,
    plugins: [englishOnly, bundledPackages, compiledUrls],
  });
}

async function bundle(home, options) {
  const outdir = resolve(home, 'dist/bundle');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: home,
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
    // Packages in CommonJS ask for Node's own modules by `require`.
    banner: {
      js:
        "import { createRequire as novacronRequire } from 'node:module';" +
        'const require = novacronRequire(import.meta.url);',
    },
    ...options,
  });
}
