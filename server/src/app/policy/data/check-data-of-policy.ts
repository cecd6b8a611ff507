import type { Json, JsonObject } from '@novacron/contract/json';
import { isBundle } from '@novacron/contract/kinds/policy/policy-bundle';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { findMissingData, ruleHidesData } from '@novacron/engine/policy/rules/data-paths';
import type { CompiledRule } from '../../../ports/policy-runtime.ts';
import type { PolicyDataRow } from '../../../ports/tables/policy/policy-data-rows.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { PolicyDeps } from '../deps.ts';
import { ruleHidesDocument } from './data-problems.ts';
import { rulePathsOf } from './data-references.ts';

/**
 * Compares a text with the data documents of its tenant.
 * @returns notices about references that lead to no document. Problems: `rule-invalid` where its
 *   rules would hide a document
 */
export async function checkDataOf(
  { store }: Pick<PolicyDeps, 'store'>,
  policy: {
    readonly tenantId: string;
    readonly rule: string;
    readonly compiled: CompiledRule;
  },
): Promise<Result<readonly string[], Problem>> {
  const { tenantId, rule, compiled } = policy;
  // It has documents of its own, and sees no others.
  if (isBundle(rule)) return ok([]);
  const where = { tenant_id: tenantId };
  const rows = await store.read({ from: 'policy_data', where, damaged: 'blank' });
  const hidden = findHidden(rows, rulePathsOf(compiled));
  if (hidden !== undefined) return err(ruleHidesDocument(hidden.rule, hidden.path));
  const documents = rows.map(({ path }) => path);
  const { packageName: home } = compiled;
  const references = compiled.dataReferences;
  return ok(
    findMissingData(references, { documents, home }).map(
      (path) => `${path} is undefined: the tenant has no such document, see novacron policy data`,
    ),
  );
}

function findHidden(rows: readonly PolicyDataRow[], rules: readonly string[]) {
  for (const { path, document } of rows) {
    // A damaged document is empty here; policies that read it refuse every write.
    const value: Json = parseStored<JsonObject>(document) ?? {};
    const rule = rules.find((each) => ruleHidesData({ path, value }, each));
    if (rule !== undefined) return { path, rule };
  }
  return undefined;
}
