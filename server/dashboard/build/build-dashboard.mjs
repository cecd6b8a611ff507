/**
 * Builds the dashboard into the package of the server, which serves it: bundles, compresses each
 * file with brotli and gzip, and measures what pages load. It builds only what has changed, unless
 * it is asked to with `--force`.
 *
 *   node server/dashboard/build/build-dashboard.mjs [--force]
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { checkBudgets } from './check-budgets.mjs';

const home = resolve(import.meta.dirname, '..');
const target = resolve(home, '../dist/dashboard');
const BASE = '/dashboard/';

/** Smaller files travel in one packet either way. Unit: bytes. */
const COMPRESSED_MIN = 512;

/** Code of the contract that browsers load: it has no imports. */
const SHARED = /[/]contract[/](src|dist)[/]formats[/]format-hcl[.][jt]s$/;

if (process.argv.includes('--force') || isStale()) await buildAll();

/** Whether a source is newer than what was built of it. */
function isStale() {
  const built = join(target, 'index.html');
  if (!existsSync(built)) return true;
  const since = statSync(built).mtimeMs;
  const sources = ['src', 'public', 'build'].flatMap((folder) => filesIn(join(home, folder)));
  const others = ['index.html', 'package.json', '../contract/src/formats/format-hcl.ts'].map(
    (name) => join(home, name),
  );
  return [...sources, ...others].some((path) => statSync(path).mtimeMs > since);
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

async function buildAll() {
  await build({
    configFile: false,
    root: home,
    base: BASE,
    logLevel: 'warn',
    plugins: [react(), refuseContract()],
    resolve: { dedupe: ['react', 'react-dom'] },
    build: {
      outDir: target,
      emptyOutDir: true,
      manifest: true,
      target: 'es2022',
      // Everything is a file of this server: a data: URL would need a wider content policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  try {
    checkBudgets(target);
  } catch (cause) {
    // Or the next build would find it up to date.
    rmSync(target, { recursive: true });
    throw cause;
  }
  // The server needs no list of chunks; it is what budgets are measured by.
  rmSync(join(target, '.vite'), { recursive: true });
  for (const path of filesIn(target)) compress(path);
}

/** The dashboard uses types of the contract; its other code would bring all schemas along. */
function refuseContract() {
  return {
    name: 'refuse-contract',
    moduleParsed({ id }) {
      if (/\/server\/contract\/|\/node_modules\/zod\//.test(id) && !SHARED.test(id)) {
        throw new Error(`${id} is part of the dashboard: import only its types.`);
      }
    },
  };
}

function compress(path) {
  if (!['.js', '.css', '.svg'].includes(extname(path))) return;
  const content = readFileSync(path);
  if (content.length < COMPRESSED_MIN) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
