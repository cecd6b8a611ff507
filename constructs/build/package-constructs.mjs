/**
 * Writes the two packages that users install, from one source: for CDKTF and for CDK Terrain.
 *
 *   node constructs/build/package-constructs.mjs [directory]
 *
 * Their files differ in the name of the framework only: a class that extends one framework's cannot
 * stand in the other's tree. The offline questions become one file, so that neither package depends
 * on ours, and so that tests which cannot load modules can load it.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const home = resolve(import.meta.dirname, '..');
const [, , directory = join(home, 'dist/release')] = process.argv;
const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const manifest = readManifest(home);

/**
 * Packages that the Rego compiler loads when a policy first needs them; no bundle can contain them.
 */
const { ajv, graphql, yaml } = readManifest(join(home, '../server/rego')).dependencies;

/** Name of each package, and the peer dependencies it expects from the user's app. */
const PACKAGES = [
  { name: manifest.name, framework: 'cdktf', peerDependencies: manifest.peerDependencies },
  {
    name: `${manifest.name}-cdktn`,
    framework: 'cdktn',
    peerDependencies: { cdktn: '>=0.24.0 <1', constructs: '>=10.6.0 <10.8.0' },
  },
];

rmSync(directory, { recursive: true, force: true });
for (const each of PACKAGES) await writePackage(each);

async function writePackage({ name, framework, peerDependencies }) {
  const folder = join(directory, name);
  mkdirSync(join(folder, 'dist'), { recursive: true });
  for (const file of listBuiltFiles()) {
    const text = readFileSync(join(home, 'dist', file), 'utf8');
    const target = join(folder, 'dist', file);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, text.replaceAll(/(["'])cdktf\1/g, `$1${framework}$1`));
  }
  await build({
    entryPoints: [join(home, 'dist/offline/offline.js')],
    outfile: join(folder, 'dist/offline/offline.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    conditions: ['novacron-source'],
    define: { 'import.meta.url': 'fileUrl' },
    banner: { js: "const fileUrl = require('node:url').pathToFileURL(__filename).href;" },
    legalComments: 'none',
    logLevel: 'warning',
  });
  const { devDependencies, ...published } = manifest;
  const dependencies = { ajv, graphql, yaml };
  const text = JSON.stringify({ ...published, name, dependencies, peerDependencies }, null, 2);
  writeFileSync(join(folder, 'package.json'), `${text}\n`);
  cpSync(join(home, '../LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'README.md'), describePackage(name, framework));
}

/** Renders the README of a package. */
function describePackage(name, framework) {
  const readme = readFileSync(join(home, 'build/npm-readme.md'), 'utf8');
  return readme
    .replaceAll('PACKAGE', name)
    .replaceAll('FRAMEWORK_NAME', framework === 'cdktf' ? 'CDKTF' : 'CDK Terrain')
    .replaceAll('FRAMEWORK', framework)
    .replaceAll('CLI', `${framework}-cli`);
}

/** Lists the compiler's output without the types of bundled packages. */
function listBuiltFiles() {
  return readdirSync(join(home, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /[.](js|d[.]ts)$/.test(file) && !/^release|^offline[/]offline[.-]/.test(file))
    .sort();
}
