import { decodeCtyJson } from '../../cty/ctyjson.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { UserError } from '../../framework/diagnostics/user-error.ts';
import type { Resource } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { UpgradeRequest, UpgradeResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { runHandler } from '../session/run-handler.ts';
import type { Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { rawStateFromWire, valueToWire } from '../translation/translate-value.ts';

/**
 * Upgrades stored state to the current schema. Terraform calls this for every object in every plan,
 * even at the current version, and passes the raw JSON of the state file.
 */
export async function upgradeResourceState(
  request: UpgradeRequest,
  session: Session,
): Promise<UpgradeResponse> {
  const diagnostics = new Diagnostics();
  const what = `read the stored state of ${request.type_name}`;
  const state = await runHandler({ diagnostics, log: session.log, what }, () => {
    const resource = lookUp(session.provider.resources, request.type_name);
    const stored = rawStateFromWire(request.raw_state);
    const upgraded = upgradeStepwise(resource, stored, Number(request.version));
    const value: Value = decodeCtyJson(resource.schema.type, upgraded);
    const wire = valueToWire(resource.schema.type, value);
    if (isValueRecord(value)) session.values.note(resource.schema.type, wire, value);
    return wire;
  });
  return { upgraded_state: state, diagnostics: diagnosticsToWire(diagnostics) };
}

function upgradeStepwise(
  { schema, upgrade }: Resource<Schema, unknown>,
  stored: ValueRecord,
  storedVersion: number,
): ValueRecord {
  if (storedVersion > schema.version) {
    throw new UserError({
      summary: 'The state was written by a newer version of the provider',
      detail:
        `It has schema version ${storedVersion}, but this provider supports versions up to ` +
        `${schema.version}. Use the newer provider.`,
    });
  }
  let state = stored;
  for (let version = storedVersion; version < schema.version; version += 1) {
    const step = upgrade?.[version];
    if (step === undefined) {
      throw new UserError({
        summary: 'The state is too old for this version of the provider',
        detail:
          `There is no upgrade from schema version ${version} to ${version + 1}. Apply once ` +
          'with an ' +
          'older version of the provider, or remove the object from the state and import it.',
      });
    }
    state = step(state);
  }
  return state;
}
