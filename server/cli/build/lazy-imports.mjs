/**
 * Plugin of esbuild that evaluates modules of this repository when something of theirs is first
 * used, rather than when a module that imports them is: a run uses a fraction of the program, and
 * to make the schemas of all the rest took most of its start. Source of the idea: `inlineRequires`
 * of Metro.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { transform } from 'esbuild';

const OURS = /[\\/]server[\\/](contract|engine|cli)[\\/]src[\\/].*\.ts$/;

export const lazyImports = {
  name: 'lazy-imports',
  setup: ({ onLoad }) =>
    onLoad({ filter: OURS }, async ({ path }) => {
      const source = readFileSync(path, 'utf8');
      // Files with `import.meta` stay as they are: CommonJS, which is a step here, has none.
      if (source.includes('import.meta')) return undefined;
      const contents = await deferImports(source);
      return { contents, loader: 'js', resolveDir: dirname(path) };
    }),
};

/**
 * Imports of other modules as functions, which are called where something of the module is used.
 * esbuild finds the uses: it writes the module as CommonJS, whose exports are turned back.
 */
async function deferImports(source) {
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
  });
  const [, exported] = code.split(EXPORTS_BEGIN);
  // A module without exports or imports has nothing to defer.
  if (exported === undefined) return code;
  const [getters, body] = exported.split(EXPORTS_END);
  const deferred = new Map();
  const imports = body.replace(REQUIRE, (_, name, from) => {
    if (!OUR_MODULE.test(from)) return `import * as ${name} from "${from}";`;
    deferred.set(name, from);
    return `var ${name}$; function ${name}() { return (${name}$ ??= require("${from}")); }`;
  });
  const text = imports.replace(/\b(import_\w+)\./g, (use, name) =>
    deferred.has(name) ? `(${name}()).` : use,
  );
  const exports = [...getters.matchAll(GETTER)].map(([, name, value, property]) =>
    property === undefined
      ? `export { ${value} as ${name} };`
      : `export { ${property} as ${name} } from "${deferred.get(value)}";`,
  );
  return [...exports, text.split(ANNOTATION)[0]].join('\n');
}

// How esbuild writes exports and imports in CommonJS.
const EXPORTS_BEGIN = 'var stdin_exports = {};\n';
const EXPORTS_END = 'module.exports = __toCommonJS(stdin_exports);\n';
const GETTER = /^ {2}(\w+): \(\) => (\w+)(?:\.(\w+))?,?$/gm;
const REQUIRE = /^var (import_\w+) = (?:__toESM\()?require\("([^"]+)"\)(?:, \d\))?\)?;$/gm;
const ANNOTATION = '// Annotate the CommonJS export names for ESM import in node:';

/** Packages are left as they are: only ours have no effects when they are evaluated. */
const OUR_MODULE = /^(\.|@novacron\/)/;
