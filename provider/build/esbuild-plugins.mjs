/** Plugins of esbuild for programs that are bundled. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Zod's texts of fifty languages are a quarter of the program; its English ones are elsewhere. */
export const englishOnly = {
  name: 'english-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/].*[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export {};',
    })),
};

/** Builtins of Rego load packages by `createRequire`; a bundle has no place to load them from. */
export const bundledPackages = {
  name: 'bundled-packages',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]host[\\/]lazy-packages\.ts$/ }, ({ path }) => {
      const lines = readFileSync(path, 'utf8').split('\n');
      const contents = lines.filter((line) => !line.includes('createRequire')).join('\n');
      return { contents, loader: 'ts', resolveDir: dirname(path) };
    }),
};

/** A module of a workspace: its home and its path below `src`. */
const MODULE = /^(.*[\\/](?:server(?:[\\/]\w+)?|provider))[\\/]src[\\/](.*)\.ts$/;

/**
 * Modules that look for files beside them, such as the programs of threads, find those that the
 * compiler wrote: `import.meta.url` is the URL that the module has without the bundle.
 */
export const compiledUrls = {
  name: 'compiled-urls',
  setup: ({ onLoad }) =>
    onLoad({ filter: MODULE }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      const [, home, module] = MODULE.exec(path);
      const { name } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
      const url = `import.meta.resolve('${name}/${module.replaceAll('\\', '/')}')`;
      return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
    }),
};
