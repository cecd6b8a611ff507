/**
 * Signs the policies of a store, with all their versions, as far as they pass the integrity check.
 */

import type { Change, Store } from '../../../ports/store.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { readIntactVersions } from '../../rows/policy-versions.ts';
import { replan } from '../../rows/resource-problems.ts';
import {
  type AcceptedText,
  compiledOf,
  faultOfText,
  type SigningKey,
  signText,
  type Trust,
} from '../../rows/sign-text.ts';
import { isReadable } from '../../rows/stored-policies.ts';
import { acceptedOf, faultOfRow } from './policy-integrity.ts';

/** Page size; each policy has up to a hundred versions. */
const POLICIES_PER_PAGE = 50;

/** Key and trusted keys of a signing round. */
export interface SigningRound {
  readonly key: SigningKey;
  readonly trust: Trust;
}

/** The result. */
export interface SignedPolicies {
  /** The number of signed versions. */
  readonly signed: number;
  /** Ids of policies that fail the integrity check. */
  readonly refused: readonly string[];
}

/** Signs policies, a page at a time. One that changes meanwhile is left to its writer. */
export async function signPolicies(store: Store, round: SigningRound): Promise<SignedPolicies> {
  let signed = 0;
  const refused: string[] = [];
  const read = (after: string) =>
    store.read({
      from: 'orchestration_policies',
      where: { id: { above: after } },
      limit: POLICIES_PER_PAGE,
      damaged: 'blank',
    });
  for await (const rows of readPages({ length: POLICIES_PER_PAGE, read })) {
    for (const row of rows) {
      const written = await signPolicy(store, row, round);
      if (written === 'refused') refused.push(row.id);
      else signed += written;
    }
  }
  return { signed, refused };
}

/** @returns how many versions were signed; `refused` where one of them fails the integrity check */
async function signPolicy(
  store: Store,
  row: PolicyRow,
  { key, trust }: SigningRound,
): Promise<number | 'refused'> {
  if (!isReadable(row) || faultOfRow(row, trust) !== undefined) return 'refused';
  const by = { signatures: trust.signatures, key, desired: desiredOf(row) };
  const sign = (compiledJson: string, accepted: AcceptedText): string =>
    signText(compiledOf(compiledJson), accepted, by);
  const versions = (await readIntactVersions(store, row)).map((one) => ({
    one,
    accepted: { ...acceptedOf(row), version: one.version, rule: one.rule },
  }));
  const sound = versions.filter(
    ({ one, accepted }) => faultOfText(one.compiled_json, accepted, trust) === undefined,
  );
  const done = await commitChanges({ store }, [
    {
      kind: 'update',
      table: 'orchestration_policies',
      id: row.id,
      set: { compiled_json: sign(row.compiled_json, acceptedOf(row)) },
      expect: { revision: row.revision },
      otherwise: replan(`The policy ${row.name}`),
    },
    ...sound.map(
      ({ one, accepted }): Change => ({
        kind: 'put',
        into: 'policy_versions',
        row: { ...one, compiled_json: sign(one.compiled_json, accepted) },
      }),
    ),
  ]);
  // The other writer has signed it with a valid key.
  return done.ok ? sound.length : 0;
}
