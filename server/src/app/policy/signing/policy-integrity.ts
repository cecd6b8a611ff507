/** Whether policies stand in the store as the server accepted them; asked when they are loaded. */
import type { JsonObject } from '@novacron/contract/json';
import type { PolicySignatures } from '../../../ports/policy-signatures.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyVersionRow } from '../../../ports/tables/policy-version-row.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { versionOf } from '../../rows/policy-versions.ts';
import {
  type AcceptedText,
  faultOfSettings,
  faultOfText,
  type Trust,
} from '../../rows/sign-text.ts';
import { readKeys } from './server-keys.ts';

/** Checks rows. */
export interface RowTrust {
  /** Reads the keys anew: before rows are checked that were not there the last time. */
  readonly learn: () => Promise<void>;
  /** What is wrong with a policy; undefined where nothing is. */
  readonly faultOf: (row: PolicyRow) => string | undefined;
  /** What is wrong with a text that a policy had. */
  readonly faultOfVersion: (row: PolicyVersionRow) => string | undefined;
}

/** Makes it for one server. */
export function trustRows(store: Store, signatures: PolicySignatures): RowTrust {
  let trust: Trust = { signatures, keys: new Map(), unsigned: 'stands' };
  return {
    learn: async () => {
      const { keys, covers } = await readKeys(store);
      // What all was once, it stays, whoever takes away the key that says so.
      const unsigned = covers === 'all' ? 'refused' : trust.unsigned;
      trust = { signatures, keys, unsigned };
    },
    faultOf: (row) => faultOfRow(row, trust),
    faultOfVersion: ({ tenant_id, policy_id, version, rule, compiled_json }) => {
      const accepted = { tenantId: tenant_id, policyId: policy_id, version, rule };
      return faultOfText(compiled_json, accepted, trust);
    },
  };
}

/** What is wrong with a policy; undefined where nothing is. */
export function faultOfRow(row: PolicyRow, trust: Trust): string | undefined {
  const desired = desiredOf(row);
  // The column is what queries go by; the field is sealed.
  if ((desired.enabled === true) !== ((row.steers ?? row.enabled) === 1)) {
    return 'its column enabled does not say what its field enabled says';
  }
  const accepted = acceptedOf(row);
  return (
    faultOfText(row.compiled_json, accepted, trust) ??
    faultOfSettings(row.compiled_json, accepted, { ...trust, desired })
  );
}

/** The text that a policy has. */
export function acceptedOf(row: PolicyRow): AcceptedText {
  return {
    tenantId: row.tenant_id,
    policyId: row.id,
    version: versionOf(row),
    rule: textOf(desiredOf(row)),
  };
}

/** The rule of a policy in Rego, or the document of one that orchestrates. */
export function textOf({ rule, document }: JsonObject): string {
  return String(rule ?? document);
}
