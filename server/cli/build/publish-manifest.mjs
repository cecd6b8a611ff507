/** The `package.json` of a published package, made from that of its workspace. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Test frameworks whose `expect` the test helpers extend; projects have one of them. */
const FRAMEWORKS = { '@jest/globals': '>=29', expect: '>=29', vitest: '>=3.2' };

/**
 * Rewrites the manifest in a folder that is about to be packed: without what only builds need, with
 * the types that its declarations import, and with a map for compilers that do not read `exports`.
 */
export function publishManifest(folder) {
  const file = join(folder, 'package.json');
  const { devDependencies = {}, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
  const published = {
    ...manifest,
    exports: withoutSources(manifest.exports),
    typesVersions: { '*': { '*': ['./runners/*.d.cts', './dist/*'] } },
    dependencies: { ...manifest.dependencies, ...neededTypes(folder, devDependencies) },
  };
  if (manifest.name === '@novacron/testing') {
    published.peerDependencies = FRAMEWORKS;
    published.peerDependenciesMeta = Object.fromEntries(
      Object.keys(FRAMEWORKS).map((name) => [name, { optional: true }]),
    );
  }
  writeFileSync(file, `${JSON.stringify(published, null, 2)}\n`);
}

/** `exports` without the condition that leads to sources, which are not published. */
function withoutSources(entries) {
  if (typeof entries !== 'object' || entries === null) return entries;
  return Object.fromEntries(
    Object.entries(entries)
      .filter(([condition]) => condition !== 'novacron-source')
      .map(([name, entry]) => [name, withoutSources(entry)]),
  );
}

/** The `@types` of packages that the declarations import, with their versions. */
function neededTypes(folder, devDependencies) {
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const isImported = (name) => {
    const imported = name.replace('@types/', '');
    return texts.includes(`from '${imported}'`) || texts.includes(`import("${imported}")`);
  };
  return Object.fromEntries(
    Object.entries(devDependencies).filter(
      ([name]) => name.startsWith('@types/') && isImported(name),
    ),
  );
}
