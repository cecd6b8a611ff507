// Which parts of the input, and which documents below `data`, a policy can look at.

import { nodesOfReference, type Uses } from './check-recursion.ts';
import type { DocumentTerm } from './resolved-tree.ts';
import type { RuleNode } from './rule-tree.ts';

/** A reference to the input, or below `data`. Everything at and below the path may matter. */
export type InputReference = {
  readonly path: readonly string[];
  /** False when a part that is only known at evaluation follows the path. */
  readonly complete: boolean;
};

/** References in the rules of a policy. */
export type CollectedReferences = {
  readonly inputReferences: readonly InputReference[];
  /** Documents below `data`; references to rules are not among them. */
  readonly dataReferences: readonly InputReference[];
};

/** Collects the references of all rules that the entrypoints can reach, each once. */
export function collectReferences(
  root: RuleNode,
  uses: ReadonlyMap<RuleNode, Uses>,
  entrypoints: readonly string[],
): CollectedReferences {
  const reached = new Set<RuleNode>();
  const queue = entrypoints.flatMap((entrypoint) => {
    const path = entrypoint.split('/').map((value) => ({ kind: 'const', value }) as const);
    const at = { row: 1, column: 1 };
    return nodesOfReference(root, { kind: 'document', root: 'data', path, at });
  });
  const inputs = new Map<string, InputReference>();
  const data = new Map<string, InputReference>();
  for (let node = queue.pop(); node; node = queue.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    const used = uses.get(node);
    queue.push(...(used?.rules ?? []));
    for (const document of used?.inputs ?? []) add(inputs, referenceOf(document));
    for (const document of used?.data ?? []) add(data, referenceOf(document));
  }
  return { inputReferences: sorted(inputs), dataReferences: sorted(data) };
}

function add(found: Map<string, InputReference>, reference: InputReference): void {
  found.set(JSON.stringify(reference), reference);
}

function sorted(found: ReadonlyMap<string, InputReference>): readonly InputReference[] {
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reference]) => reference);
}

function referenceOf({ path }: DocumentTerm): InputReference {
  const names: string[] = [];
  for (const part of path) {
    if (part.kind !== 'const') return { path: names, complete: false };
    names.push(typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
  }
  return { path: names, complete: true };
}
