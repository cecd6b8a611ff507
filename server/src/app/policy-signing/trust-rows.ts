/** Whether policies stand in the store as the server accepted them; asked when they are loaded. */
import type { PolicySignatures } from '../../ports/policy-signatures.ts';
import type { PolicyVersionRow } from '../../ports/policy-version-row.ts';
import type { Store } from '../../ports/store.ts';
import type { PolicyRow } from '../../ports/tables.ts';
import { desiredOf } from '../resources/answer-resource.ts';
import { versionOf } from '../resources/policy-versions.ts';
import { readPublicKeys } from './server-keys.ts';
import { faultOfSettings, faultOfText } from './sign-text.ts';

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
  let keys: ReadonlyMap<string, string> = new Map();
  return {
    learn: async () => {
      keys = await readPublicKeys(store);
    },
    faultOf: (row) => {
      const desired = desiredOf(row);
      // The column is what queries go by; the field is sealed.
      if ((desired.enabled === true) !== (row.enabled === 1)) {
        return 'its column enabled does not say what its field enabled says';
      }
      const accepted = {
        ...{ tenantId: row.tenant_id, policyId: row.id, version: versionOf(row) },
        rule: String(desired.rule),
      };
      return (
        faultOfText(row.compiled_json, accepted, { signatures, keys }) ??
        faultOfSettings(row.compiled_json, accepted, { signatures, keys, desired })
      );
    },
    faultOfVersion: ({ tenant_id, policy_id, version, rule, compiled_json }) => {
      const accepted = { tenantId: tenant_id, policyId: policy_id, version, rule };
      return faultOfText(compiled_json, accepted, { signatures, keys });
    },
  };
}
