/** Actions, which leave no state: planned and invoked by Terraform 1.14 and later. */
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type {
  InvokeActionEvent,
  InvokeActionRequest,
  PlanActionRequest,
  PlanActionResponse,
} from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { runHandler } from '../session/run-handler.ts';
import { clientContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { objectFromWire } from '../translation/translate-value.ts';

/** An action has no planned changes; it only has to exist and to be configured. */
export async function planAction(
  request: PlanActionRequest,
  session: Session,
): Promise<PlanActionResponse> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `plan ${request.action_type}` };
  await runHandler(call, () => {
    lookUp(session.provider.actions, request.action_type);
    clientContext(session, diagnostics);
  });
  return { diagnostics: diagnosticsToWire(diagnostics), deferred: undefined };
}

/** Invokes the action; all messages before the last one report progress. */
export async function invokeAction(
  request: InvokeActionRequest,
  session: Session,
  send: (event: InvokeActionEvent) => Promise<void>,
): Promise<void> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `run ${request.action_type}` };
  const reported: Promise<void>[] = [];
  const progress = (message: string) =>
    void reported.push(send({ type: { $case: 'progress', progress: { message } } }));
  await runHandler(call, async () => {
    const action = lookUp(session.provider.actions, request.action_type);
    const config = objectFromWire(action.schema.type, request.config) ?? {};
    await action.invoke(config, { ...clientContext(session, diagnostics), progress });
  });
  await Promise.all(reported);
  const completed = { diagnostics: diagnosticsToWire(diagnostics) };
  await send({ type: { $case: 'completed', completed } });
}
