/** Lets Node run the TypeScript of this repository as it stands: no build, sources everywhere. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

const SOURCES = 'novacron-source';

/** Our packages point at their sources under this condition. */
export function resolve(specifier, context, nextResolve) {
  const conditions = [...context.conditions, SOURCES];
  return nextResolve(specifier, { ...context, conditions });
}

/** Takes the types away. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const text = await readFile(fileURLToPath(url), 'utf8');
  const { code } = await transform(text, {
    filename: fileURLToPath(url),
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
