/**
 * Bundles the provider into one executable file that needs nothing but Node beside it.
 *
 * Without an ending Node takes it for CommonJS where it is installed, but for a module here, below
 * our package.json with its type "module". The third line makes it run as both.
 *
 *   node provider/build/bundle.mjs [--entry src/main.ts] [--outfile dist/…]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { constants, deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundledPackages, englishOnly } from './esbuild-plugins.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The oldest Node that runs the result. */
const target = `node${engines.node.replace(/[^\d.]/g, '')}`;

const { values: options } = parseArgs({
  options: {
    entry: { type: 'string', default: join(root, 'src', 'main.ts') },
    outfile: { type: 'string', default: join(root, 'dist', 'terraform-provider-novacron') },
  },
});

/**
 * Two lines that a shell reads first. The Node of the Debian packages comes before one of the PATH,
 * which may be too old or missing. For Node, the second line is a string and a comment.
 */
const START = `#!/bin/sh
':' //; PATH="/usr/lib/novacron/bin:$PATH" exec node "$0" "$@"`;

const ANY_MODULE_TYPE =
  "var require=typeof require==='function'?require:" +
  "process.getBuiltinModule('node:module').createRequire(process.argv[1]);";

/** A start that only shows the schema need not compute it, nor load what it is computed from. */
const preparedSchema = {
  name: 'prepared-schema',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]src[\\/]prepared-schema\.ts$/ }, async () => {
      const entry = join(root, 'build', 'print-schema.mjs');
      const { outputFiles } = await build({
        ...settings,
        entryPoints: [entry],
        plugins: [englishOnly, bundledPackages],
        write: false,
      });
      const encoded = execFileSync(process.execPath, ['-'], { input: outputFiles[0].contents });
      return { contents: `export const PREPARED_SCHEMA = ${JSON.stringify(String(encoded))};` };
    }),
};

/** Parts that not every start needs, each by what imports it when it does. */
const LAZY_PARTS =
  /^\.\/(composition\/create-novacron-service|find-mistakes|open-otlp-tracer)\.ts$/;

/**
 * Keeps parts of the program as compressed texts until they are imported: else each start would
 * read all of it to find where its functions end. Even as plain texts they were most of the time
 * from a start to its handshake: Node decodes the whole file, V8 scans the whole literal. esbuild
 * writes ASCII.
 */
const lazyParts = {
  name: 'lazy-parts',
  setup: (bundling) => {
    bundling.onResolve({ filter: LAZY_PARTS }, async ({ path, kind, pluginData, ...from }) => {
      if (kind !== 'dynamic-import' || pluginData === FOUND) return undefined;
      const found = await bundling.resolve(path, { ...from, kind, pluginData: FOUND });
      return { ...found, namespace: 'lazy' };
    });
    bundling.onLoad({ filter: /$/, namespace: 'lazy' }, async ({ path }) => {
      const plugins = [englishOnly, bundledPackages, lazyParts, onDemand];
      const part = await build({ ...settings, entryPoints: [path], plugins, write: false });
      const text = `(function(exports,require,module){${part.outputFiles[0].text}\n})`;
      const id = createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH);
      const packed = deflateRawSync(text, { level: constants.Z_BEST_COMPRESSION });
      const contents = `
        const packed = Buffer.from('${packed.toString('base64')}', 'base64');
        const text = require('node:zlib').inflateRawSync(packed).latin1Slice();
        require(${CODE_CACHE}).compileWithCodeCache('${id}', text)(exports, require, module);
      `;
      return { contents, resolveDir: dirname(path) };
    });
  },
};

/**
 * Modules that few runs call, with the function that they are imported for. They are static imports
 * of functions that return at once, so that only the bundle can defer them.
 */
const ON_DEMAND = new Map([
  // YAML, cron, CEL and the whole table of operations: only texts of workflows are read with them.
  ['@novacron/engine/automation/workflows/read-definition', 'readDefinition'],
]);

/** Evaluates modules at the first call of their function: a start of most runs has none. */
const onDemand = {
  name: 'on-demand',
  setup: (bundling) => {
    bundling.onResolve({ filter: /^@novacron\// }, ({ path, namespace, resolveDir }) => {
      if (!ON_DEMAND.has(path) || namespace === 'on-demand') return undefined;
      return { path, namespace: 'on-demand', pluginData: resolveDir };
    });
    bundling.onLoad({ filter: /$/, namespace: 'on-demand' }, ({ path, pluginData }) => {
      const name = ON_DEMAND.get(path);
      const contents = `export const ${name} = (...given) => require('${path}').${name}(...given);`;
      return { contents, resolveDir: pluginData };
    });
  },
};

/** Module that loads and runs a part. */
const CODE_CACHE = JSON.stringify(join(root, 'src', 'process', 'v8-code-cache.ts'));

/** Enough to tell the texts of parts apart. */
const ID_LENGTH = 32;

/** Marks that the way to a part is being looked up already. */
const FOUND = 'found';

const settings = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target,
  conditions: ['novacron-source'],
  // Parts are run as scripts, which have no dynamic import: packages import Node's modules so.
  supported: { 'dynamic-import': false },
  // Generated code makes clients with it, which only tests use: a quarter of each start.
  alias: { '@grpc/grpc-js': join(root, 'build', 'no-grpc.mjs') },
  legalComments: 'none',
  logLevel: 'warning',
};

// A running provider keeps its file; writing into it would change the program under its feet.
rmSync(options.outfile, { force: true });

await build({
  ...settings,
  entryPoints: [options.entry],
  outfile: options.outfile,
  plugins: [englishOnly, preparedSchema, bundledPackages, lazyParts],
  banner: { js: `${START}\n${ANY_MODULE_TYPE}` },
});
chmodSync(options.outfile, 0o755);
