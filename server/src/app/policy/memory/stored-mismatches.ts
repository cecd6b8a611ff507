/**
 * References of a stored policy's text to input that never exists: a server whose input
 * had other names may have accepted it.
 */
import { hash } from 'node:crypto';
import type { PolicySpec } from '@novacron/contract/kinds/policy/policy';
import { PolicyMismatch } from '@novacron/contract/kinds/policy/policy-mismatch';
import { judgedBy } from '@novacron/contract/policy-input/judged-input';
import type { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { CompileTerms, PolicyRuntime } from '../../../ports/policy-runtime.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';

/** Texts whose mismatches are remembered: compiling takes longer than reading a policy. */
const TEXTS_MAX = 10_000;

/** Mismatches by text, and by what the policy judges. */
export type MismatchMemory = LRUCache<string, readonly PolicyMismatch[]>;

/** Makes an empty one. */
export function createMismatchMemory(): MismatchMemory {
  return createLruCache(TEXTS_MAX);
}

/** Dependencies of the mismatch search. */
interface MismatchParts {
  readonly policies: Pick<PolicyRuntime, 'compile'>;
  readonly mismatches: MismatchMemory;
}

/** Problem extension that lists the mistakes of a text that does not compile. */
const Mistakes = z.looseObject({ mistakes: z.array(PolicyMismatch) });

/**
 * Finds them.
 * @returns in the order of the text; every mistake of a text that does not compile today, and null
 *   where the compiler did not answer
 */
export async function findMismatches(
  { policies, mismatches }: MismatchParts,
  { rule, actions, selector }: Pick<PolicySpec, 'rule' | 'actions' | 'selector'>,
  terms: Pick<CompileTerms, 'tenantId'>,
): Promise<readonly PolicyMismatch[] | null> {
  const judged = judgedBy({ actions, selector });
  const key = hash('sha256', JSON.stringify([judged, rule]));
  const known = mismatches.get(key);
  if (known !== undefined) return known;
  const compiled = await policies.compile(rule, { ...terms, judged, isAccepted: true });
  if (!compiled.ok && compiled.error.code !== 'rule-invalid') return null;
  const found = compiled.ok
    ? compiled.value.inspection.mismatches.map((each) => ({ ...each }))
    : (Mistakes.safeParse(compiled.error.data).data?.mistakes ?? null);
  if (found !== null) mismatches.set(key, found);
  return found;
}
