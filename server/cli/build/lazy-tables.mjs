/**
 * Plugin of esbuild that leaves the schemas of the contract's big tables out of a start. The bundle
 * has the plain values of their rows; a module with rows is evaluated when one of their schemas or
 * functions is read. A run needs a few of some 300 operations and 10 kinds of resources, and to
 * make all their schemas took most of its start.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';

/** The files that gather rows from other modules. */
const TABLES =
  /[\\/]src[\\/](operations-table[\\/]operations|kinds[\\/]resource-(operations|kinds))\.ts$/;

/** An import of rows: constants such as `vmOperations` and `vmKind`. */
const ROWS_IMPORT = /^import \{ ((?:\w+(?:Operations|Kind)(?:, )?)+) \} from '([^']+)';$/gm;

export const lazyTables = {
  name: 'lazy-tables',
  setup: ({ onLoad }) =>
    onLoad({ filter: TABLES }, async ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const files = new Map();
      for (const [, names, from] of source.matchAll(ROWS_IMPORT)) {
        const file = resolve(dirname(path), from);
        // A table of tables imports another one, which is treated on its own.
        if (!TABLES.test(file)) for (const name of names.split(', ')) files.set(name, file);
      }
      if (files.size === 0) throw new Error(`${path} imports no rows: change ROWS_IMPORT.`);
      const rows = await evaluate(files);
      const contents = source.replace(ROWS_IMPORT, (statement, names) =>
        names
          .split(', ')
          .map((name) => {
            const file = files.get(name);
            if (file === undefined) return statement;
            return `const ${name}: any = ${defer(rows[name], `require('${file}').${name}`)};`;
          })
          .join('\n'),
      );
      return { contents, loader: 'ts', resolveDir: dirname(path) };
    }),
};

/** Code of a value: plain values as they are, all others by a getter that evaluates `code`. */
function defer(value, code) {
  const fields = Object.entries(value).map(([key, each]) => {
    const name = JSON.stringify(key);
    const place = `${code}[${name}]`;
    if (isPlainObject(each)) return `${name}: ${defer(each, place)}`;
    return isJson(each) ? `${name}: ${JSON.stringify(each)}` : `get ${name}() { return ${place}; }`;
  });
  return `{ ${fields.join(', ')} }`;
}

function isPlainObject(value) {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isJson(value) {
  if (Array.isArray(value)) return value.every(isJson);
  if (isPlainObject(value)) return Object.values(value).every(isJson);
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

/** The values of the constants that files export. */
async function evaluate(files) {
  const contents = [...files].map(([name, file]) => `export { ${name} } from '${file}';`);
  const { outputFiles } = await build({
    stdin: { contents: contents.join('\n'), resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['novacron-source'],
    logLevel: 'warning',
    write: false,
  });
  const text = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${text}`);
}
