/**
 * Lets Node run the TypeScript of this repository as the simulation does, with a call at the start
 * of each function that says in which file it runs. What a module does while it is loaded has none.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, transform } from '@swc/core';
import { resolve as resolveSource } from '../simulation/load-typescript.mjs';

/** Our packages point at their sources. */
export const resolve = resolveSource;

const TOP_LEVEL = fileURLToPath(new URL('../..', import.meta.url));

/** Matches product files; test kits are excluded from the walk. */
const IS_PRODUCT = /^(server|provider|constructs)\/(?!.*\/test-kit\/)/;

/** Takes the types away and puts the calls in. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const text = await readFile(filename, 'utf8');
  const path = relative(TOP_LEVEL, filename);
  const walked = IS_PRODUCT.test(path) ? await insertCalls(text, path) : text;
  const { code } = await transform(walked, {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}

/** Spans count bytes of UTF-8, the first of a file being 1. */
async function insertCalls(text, path) {
  const bytes = Buffer.from(text);
  const call = `globalThis.enterFile?.(${JSON.stringify(path)})`;
  const insertions = [];
  for (const body of bodiesBelow(await parse(text, { syntax: 'typescript', target: 'es2022' }))) {
    const start = body.span.start - 1;
    if (body.type === 'FunctionBody') insertions.push([start + 1, `${call};`]);
    else insertions.push([start, `(${call}, `], [body.span.end - 1, ')']);
  }
  insertions.sort(([a], [b]) => a - b);
  const parts = [];
  let done = 0;
  for (const [position, inserted] of insertions) {
    parts.push(bytes.subarray(done, position), Buffer.from(inserted));
    done = position;
  }
  return Buffer.concat([...parts, bytes.subarray(done)]).toString('utf8');
}

/** The bodies of all functions in a syntax tree: blocks, and the expressions behind arrows. */
function* bodiesBelow(node) {
  if (typeof node !== 'object' || node === null) return;
  if (node.type === 'FunctionBody') yield node;
  if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'FunctionBody') yield node.body;
  for (const part of Object.values(node)) yield* bodiesBelow(part);
}
