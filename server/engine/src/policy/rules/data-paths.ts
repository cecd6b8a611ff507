/** Paths of data documents: which overlap, which a policy reads, and the documents as one value. */
import { isRecord, type Json } from '@novacron/contract/json';
import type { InputReference } from '../model/policy.ts';

/** A document at its path below `data`. */
export interface PlacedData {
  /** Names joined by dots. */
  readonly path: string;
  readonly value: Json;
}

/** Whether two paths are the same, or one of them leads to the other. */
export function pathsOverlap(left: string, right: string): boolean {
  return left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`);
}

/**
 * Whether a rule would hide a part of a document: it is at the document or above it, or the
 * document has a value at the rule. Source of the rule: OPA, which refuses such documents.
 * @param rule - the path of the rule below `data`: its package and its name
 */
export function ruleHidesData({ path, value }: PlacedData, rule: string): boolean {
  if (!pathsOverlap(path, rule)) return false;
  if (rule.length <= path.length) return true;
  let inner: unknown = value;
  for (const name of rule.slice(path.length + 1).split('.')) {
    if (!isRecord(inner)) return true;
    if (!Object.hasOwn(inner, name)) return false;
    inner = inner[name];
  }
  return true;
}

/** Whether a reference can read something of the document at a path. */
function readsDocument({ path }: InputReference, document: string): boolean {
  const names = document.split('.');
  // A reference that ends above the document reads all of it, one that ends below a part.
  return path.slice(0, names.length).every((name, at) => name === names[at]);
}

/** Whether any of a policy's references can read something of the document at a path. */
export function policyReadsDocument(
  references: readonly InputReference[],
  document: string,
): boolean {
  return references.some((reference) => readsDocument(reference, document));
}

/**
 * The references that lead to no document, as Rego writes them: what they read is undefined.
 * @param home - the package of the policy, below which rules are
 */
export function findMissingData(
  references: readonly InputReference[],
  { documents, home }: { readonly documents: readonly string[]; readonly home: string },
): readonly string[] {
  const missing = references.filter(({ path }) => {
    const text = path.join('.');
    const isHere = text === '' || pathsOverlap(text, home);
    return (
      !isHere && !documents.some((document) => readsDocument({ path, complete: true }, document))
    );
  });
  return [...new Set(missing.map(({ path }) => ['data', ...path].join('.')))];
}

/** Documents as one value, as policies read it below `data`. Their paths must not overlap. */
export function combineData(documents: readonly PlacedData[]): Json {
  const names = new Map<string, PlacedData[]>();
  for (const { path, value } of documents) {
    const [name = '', ...below] = path.split('.');
    const placed = names.get(name) ?? [];
    placed.push({ path: below.join('.'), value });
    names.set(name, placed);
  }
  return Object.fromEntries(
    [...names].map(([name, placed]) => {
      const [only] = placed;
      return [name, only?.path === '' ? only.value : combineData(placed)];
    }),
  );
}
