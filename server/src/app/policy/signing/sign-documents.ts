/** Signs the data documents of a store with another key, with all their versions. */

import type { Change, Store } from '../../../ports/store.ts';
import type {
  PolicyDataRow,
  PolicyDataVersionRow,
} from '../../../ports/tables/policy/policy-data-rows.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import { acceptedVersion, faultOfDocument, signDocument } from './sign-document.ts';
import type { SignedPolicies, SigningRound } from './sign-policies.ts';

/** Page size; each document has up to fifty versions. */
const DOCUMENTS_PER_PAGE = 10;

/**
 * Signs documents, as far as they pass the integrity check. One that changes meanwhile is left to
 * its writer. @returns how many versions were signed, and the ids of documents that fail the check
 */
export async function signDocuments(
  store: Store,
  round: Pick<SigningRound, 'key' | 'trust'>,
): Promise<SignedPolicies> {
  let signed = 0;
  const refused: string[] = [];
  const read = (after: string) =>
    store.read({
      from: 'policy_data',
      where: { id: { above: after } },
      limit: DOCUMENTS_PER_PAGE,
      damaged: 'blank',
    });
  for await (const rows of readPages({ length: DOCUMENTS_PER_PAGE, read })) {
    for (const row of rows) {
      const written = await signOne(store, row, round);
      if (written === 'refused') refused.push(row.id);
      else signed += written;
    }
  }
  return { signed, refused };
}

async function signOne(
  store: Store,
  row: PolicyDataRow,
  { key, trust }: Pick<SigningRound, 'key' | 'trust'>,
): Promise<number | 'refused'> {
  const where = { data_id: row.id };
  const versions = await store.read({ from: 'policy_data_versions', where, damaged: 'blank' });
  const isSound = (version: PolicyDataVersionRow): boolean =>
    faultOfDocument(version.seal_json, acceptedVersion(version), trust) === undefined;
  const sign = (version: PolicyDataVersionRow): string =>
    signDocument(acceptedVersion(version), { signatures: trust.signatures, key });
  const current: PolicyDataVersionRow = { ...row, data_id: row.id };
  if (!isSound(current)) return 'refused';
  const sound = versions.filter(isSound);
  const done = await commitChanges({ store }, [
    {
      kind: 'update',
      table: 'policy_data',
      id: row.id,
      set: { seal_json: sign(current) },
      expect: { revision: row.revision },
      otherwise: replan(`The document data.${row.path}`),
    },
    ...sound.map(
      (version): Change => ({
        kind: 'put',
        into: 'policy_data_versions',
        row: { ...version, seal_json: sign(version) },
      }),
    ),
  ]);
  // The other writer has signed it with a valid key.
  return done.ok ? sound.length : 0;
}
