/** State that a server retains between the parts of a preview. */
import { hash } from 'node:crypto';
import type { JudgedInput } from '@novacron/contract/policy-input/judged-input';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { LRUCache } from 'lru-cache';
import type { CompiledRule } from '../../../ports/policy-runtime.ts';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { createDecisionCache, type DecisionCache } from './decision-cache.ts';

/** Drafts whose compilation is remembered. */
const DRAFTS_MAX = 64;

/** Apart from the memory of decisions: a preview displaces no answer that a write needs. */
export interface PreviewMemory {
  readonly answers: DecisionCache;
  /** Compiled rules by tenant, level, text and kind of subject. */
  readonly compiled: LRUCache<string, CompiledRule>;
}

/** Makes an empty one. */
export function createPreviewMemory(): PreviewMemory {
  return { answers: createDecisionCache(NO_TELEMETRY), compiled: createLruCache(DRAFTS_MAX) };
}

/** Compiles the text of a draft, once for all parts of its preview. */
export async function compileDraft(
  { compiled }: PreviewMemory,
  draft: {
    readonly tenantId: string;
    readonly rule: string;
    readonly judged: JudgedInput;
  },
  compile: () => Promise<Result<CompiledRule, Problem>>,
): Promise<Result<CompiledRule, Problem>> {
  const { tenantId, rule, judged } = draft;
  const text = hash('sha256', JSON.stringify([judged, rule]));
  const key = `${tenantId} ${text}`;
  const known = compiled.get(key);
  if (known !== undefined) return { ok: true, value: known };
  const made = await compile();
  if (made.ok) compiled.set(key, made.value);
  return made;
}
