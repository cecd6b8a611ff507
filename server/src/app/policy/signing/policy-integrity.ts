/** Checks that stored policies are what the server accepted; called when they are loaded. */
import type { PolicySignatures } from '../../../ports/policy-signatures.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyDataVersionRow } from '../../../ports/tables/policy/policy-data-rows.ts';
import type { PolicyVersionRow } from '../../../ports/tables/policy/policy-version-row.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { versionOf } from '../../rows/policy-versions.ts';
import {
  type AcceptedText,
  faultOfSettings,
  faultOfText,
  type Trust,
} from '../../rows/sign-text.ts';
import { readKeys } from './server-keys.ts';
import { acceptedVersion, faultOfDocument } from './sign-document.ts';

/** Checks rows. */
export interface IntegrityVerifier {
  /** Reloads the keys: before new rows are checked. */
  readonly learn: () => Promise<void>;
  /** Explains why a policy fails the integrity check; undefined if it passes. */
  readonly faultOf: (row: PolicyRow) => string | undefined;
  /** Explains why a stored policy version fails the integrity check; undefined if it passes. */
  readonly faultOfVersion: (row: PolicyVersionRow) => string | undefined;
  /** Explains why a stored version of a data document fails the check; undefined if it passes. */
  readonly faultOfData: (row: PolicyDataVersionRow) => string | undefined;
}

/** Makes the check of one server. */
export function createIntegrityVerifier(
  store: Store,
  signatures: PolicySignatures,
): IntegrityVerifier {
  let trust: Trust = { signatures, keys: new Map() };
  return {
    learn: async () => {
      trust = { signatures, keys: await readKeys(store) };
    },
    faultOf: (row) => faultOfRow(row, trust),
    faultOfData: (row) => faultOfDocument(row.seal_json, acceptedVersion(row), trust),
    faultOfVersion: ({ tenant_id, policy_id, version, rule, compiled_json }) => {
      const accepted = { tenantId: tenant_id, policyId: policy_id, version, rule };
      return faultOfText(compiled_json, accepted, trust);
    },
  };
}

/** Explains why a policy fails the integrity check; undefined if it passes. */
export function faultOfRow(row: PolicyRow, trust: Trust): string | undefined {
  const desired = desiredOf(row);
  // Queries use the column; only the field is sealed.
  if ((desired.enabled === true) !== ((row.steers ?? row.enabled) === 1)) {
    return 'its column enabled differs from its field enabled';
  }
  const accepted = acceptedOf(row);
  return (
    faultOfText(row.compiled_json, accepted, trust) ??
    faultOfSettings(row.compiled_json, accepted, { ...trust, desired })
  );
}

/** The text of a policy. */
export function acceptedOf(row: PolicyRow): AcceptedText {
  return {
    tenantId: row.tenant_id,
    policyId: row.id,
    version: versionOf(row),
    rule: textOf(desiredOf(row)),
  };
}

/** The rule of a policy in Rego, or the document of one that orchestrates. */
export function textOf({ rule, document }: FieldValues): string {
  return String(rule ?? document);
}
