// A world says what `with` has replaced at some point of a program. Which rules and functions are
// replaced is known when the program is compiled, so each world gets functions of its own; only the
// values are in the environment.

import type { CallTarget } from '../check/resolved-tree.ts';

/** Replacement of a function. */
type FunctionMock =
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'function'; readonly target: CallTarget };

/** Active replacements. */
export type World = {
  readonly key: string;
  /** Paths below `data` that hold plain values now. */
  readonly data: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, FunctionMock>;
};

/** The world in which nothing is replaced. */
export const PLAIN_WORLD: World = { key: '', data: new Set(), functions: new Map() };

/** A path as a key. */
export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** A call target as a key. */
export function targetKey(target: CallTarget): string {
  return target.kind === 'builtin' ? target.name : pathKey(target.path);
}

/** The world in which also `data` at `path` is a plain value. */
export function replaceData(world: World, path: readonly string[]): World {
  return makeWorld(new Set(world.data).add(pathKey(path)), world.functions);
}

/** The world in which also a function is replaced. */
export function replaceFunction(world: World, target: CallTarget, mock: FunctionMock): World {
  return makeWorld(world.data, new Map(world.functions).set(targetKey(target), mock));
}

/** The world in which all functions are themselves again: what a replacement sees. */
export function restoreFunctions(world: World): World {
  return makeWorld(world.data, new Map());
}

/** Whether a path is a plain value, itself or by what is above it. */
export function isReplaced(world: World, path: readonly string[]): boolean {
  if (world.data.size === 0) return false;
  for (let length = 0; length <= path.length; length += 1) {
    if (world.data.has(pathKey(path.slice(0, length)))) return true;
  }
  return false;
}

function makeWorld(data: ReadonlySet<string>, functions: ReadonlyMap<string, FunctionMock>): World {
  if (data.size === 0 && functions.size === 0) return PLAIN_WORLD;
  const key = JSON.stringify([[...data].sort(), [...functions].sort()]);
  return { key, data, functions };
}
