/** Plugins of esbuild for programs that are bundled: the provider and the command line. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
