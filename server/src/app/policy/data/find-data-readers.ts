/**
 * Relates policies to data documents: finds policies that read a document, and policies whose rules
 * would hide it.
 */

import { isBundle } from '@novacron/contract/kinds/policy/policy-bundle';
import type { InputReference } from '@novacron/engine/policy/model/policy';
import {
  type PlacedData,
  policyReadsDocument,
  ruleHidesData,
} from '@novacron/engine/policy/rules/data-paths';
import type { CompiledRule } from '../../../ports/policy-runtime.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { isReadable } from '../../rows/stored-policies.ts';
import { rulePathsOf } from './data-references.ts';

/** A text of a policy: the latest one, or one that decides until the latest one starts. */
interface PolicyText {
  readonly policy: string;
  /** Paths of its rules below `data`. */
  readonly rules: readonly string[];
  readonly references: readonly InputReference[];
}

/** Names of the tenant's policies that read a document, in alphabetical order. */
export async function findDataReaders(
  store: Store,
  tenantId: string,
  path: string,
): Promise<readonly string[]> {
  const texts = await readTexts(store, tenantId);
  const readers = texts.filter(({ references }) => policyReadsDocument(references, path));
  return [...new Set(readers.map(({ policy }) => policy))].sort();
}

/** A policy with a rule where a part of a document would be. */
export interface HidingPolicy {
  readonly policy: string;
  /** The path of the rule below `data`. */
  readonly rule: string;
}

/** Finds a policy of the tenant that has a rule where a part of a document would be. */
export async function findHidingPolicy(
  store: Store,
  tenantId: string,
  document: PlacedData,
): Promise<HidingPolicy | undefined> {
  const texts = await readTexts(store, tenantId);
  const hiding = texts.flatMap(({ policy, rules }) =>
    rules.filter((rule) => ruleHidesData(document, rule)).map((rule) => ({ policy, rule })),
  );
  return hiding[0];
}

async function readTexts(store: Store, tenantId: string): Promise<readonly PolicyText[]> {
  const where = { tenant_id: tenantId, steers: null };
  const rows = await store.read({ from: 'orchestration_policies', where, damaged: 'blank' });
  const readable = rows.filter(isReadable);
  const dated = readable.filter((row) => desiredOf(row).active_from !== null);
  const versions = await store.read({
    from: 'policy_versions',
    where: { policy_id: { in: dated.map(({ id }) => id) } },
    damaged: 'blank',
  });
  const names = new Map<string, string>(readable.map(({ id, name }) => [id, name]));
  return [
    ...readable.flatMap((row) => toText(row.name, ruleOf(row), row.compiled_json)),
    ...versions.flatMap(({ policy_id, rule, compiled_json }) =>
      toText(names.get(policy_id) ?? policy_id, rule, compiled_json),
    ),
  ];
}

function ruleOf(row: PolicyRow): string {
  return String(desiredOf(row).rule ?? '');
}

function toText(policy: string, rule: string, compiledJson: string): readonly PolicyText[] {
  // Written from a CompiledRule when the policy is created or changed.
  const compiled = parseStored<CompiledRule>(compiledJson);
  if (compiled === undefined) return [];
  const references = compiled.dataReferences;
  return [{ policy, references, rules: isBundle(rule) ? [] : rulePathsOf(compiled) }];
}
