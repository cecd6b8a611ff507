/** Lists existing objects, one message each, for `terraform query` of Terraform 1.14 and later. */
import { isValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { ListedObject } from '../../framework/list-resource.ts';
import { checkState } from '../../framework/planning/check-conformance.ts';
import type { ListEvent, ListRequest } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { castAnswer, reportViolations, runHandler } from '../session/run-handler.ts';
import { clientContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { objectFromWire, valueToWire } from '../translation/translate-value.ts';
import { identityToWire } from './resource-identity.ts';

/** Sends the objects one after another; the last message says what went wrong, if anything. */
export async function listObjects(
  request: ListRequest,
  session: Session,
  send: (event: ListEvent) => Promise<void>,
): Promise<void> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `list ${request.type_name}` };
  await runHandler(call, async () => {
    const found = lookUp(session.provider.listResources, request.type_name);
    const config = objectFromWire(found.schema.type, request.config) ?? {};
    const most = request.limit > 0n ? Number(request.limit) : Number.POSITIVE_INFINITY;
    let count = 0;
    for await (const object of found.list(config, clientContext(session, diagnostics))) {
      await send(eventOf(object, request, session));
      count += 1;
      if (count >= most) break;
    }
  });
  if (diagnostics.all.length === 0) return;
  const trouble = { identity: undefined, display_name: '', resource_object: undefined };
  await send({ ...trouble, diagnostic: diagnosticsToWire(diagnostics) });
}

function eventOf(object: ListedObject, request: ListRequest, session: Session): ListEvent {
  const resource = lookUp(session.provider.resources, request.type_name);
  const { attributes, type } = resource.schema;
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `list ${request.type_name}` };
  const state = castAnswer(type, object.state, call);
  if (session.conformance && isValueRecord(state)) {
    reportViolations(checkState(attributes, state), call);
  }
  return {
    identity: identityToWire(resource, object.state),
    display_name: object.displayName,
    resource_object: request.include_resource_object ? valueToWire(type, state) : undefined,
    diagnostic: diagnosticsToWire(diagnostics),
  };
}
