import { Diagnostics } from '../framework/diagnostics.ts';
import { openPrivateState } from '../framework/private-state.ts';
import { UserError } from '../framework/user-error.ts';
import type { DynamicValue, ImportRequest, ImportResponse } from '../gen/tfplugin6.ts';
import { lookUp } from './look-up.ts';
import { castAnswer, runHandler } from './run-handler.ts';
import { resourceContext, type Session } from './session.ts';
import { diagnosticsToWire } from './translate-diagnostics.ts';
import { valueToWire } from './translate-value.ts';

/** Takes an existing object into the state; Terraform reads it right afterwards. */
export async function importResourceState(
  request: ImportRequest,
  session: Session,
): Promise<ImportResponse> {
  const { type_name } = request;
  const diagnostics = new Diagnostics();
  const privateRecord = openPrivateState(Buffer.alloc(0));
  const call = { diagnostics, log: session.log, what: `import ${type_name}` };
  const state = await runHandler(call, async (): Promise<DynamicValue | undefined> => {
    const resource = lookUp(session.provider.resources, type_name);
    if (resource.import === undefined) throw cannotImport(type_name);
    const context = resourceContext(session, diagnostics, privateRecord);
    const partial = await resource.import(request.id, context);
    if (diagnostics.hasErrors) return undefined;
    if (partial === null) throw notFound(request);
    return valueToWire(resource.schema.type, castAnswer(resource.schema.type, partial, call));
  });
  privateRecord.imported = true;
  const imported = { type_name, state, private: privateRecord.encode() };
  return {
    imported_resources: state === undefined ? [] : [imported],
    diagnostics: diagnosticsToWire(diagnostics),
    deferred: undefined,
  };
}

function cannotImport(typeName: string): UserError {
  return new UserError({
    summary: `${typeName} cannot be imported`,
    detail: 'Objects of this type have nothing to find them by. Create a new one instead.',
  });
}

function notFound({ type_name, id }: ImportRequest): UserError {
  return new UserError({
    summary: 'The object to import does not exist',
    detail: `There is no ${type_name} with the id "${id}". Check the id, and the tenant and
endpoint of the provider.`.replace('\n', ' '),
  });
}
