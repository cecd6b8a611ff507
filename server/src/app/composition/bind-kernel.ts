/** Binds the operations about operations, events, audit, idempotency keys and reconcilers. */

import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import { mayCall } from '../access/identity/may-call.ts';
import type { RefusalRecorder } from '../access/refusals/record-refusals.ts';
import { hideLoad } from '../access/tenants/hide-load.ts';
import { reduceOperation } from '../access/tenants/reduce-for-tenants.ts';
import { listAudit } from '../kernel/audit/audit.ts';
import type { AuditChain } from '../kernel/audit/audit-chain.ts';
import { verifyAuditChain } from '../kernel/audit/verify-audit-chain.ts';
import type { Handlers } from '../kernel/context/handler.ts';
import { listEvents } from '../kernel/events/list-events.ts';
import { acknowledgeKeys, keysOfOthers, listKeys } from '../kernel/idempotency/idempotency.ts';
import {
  getOperation,
  listOperations,
  waitForOperation,
} from '../kernel/operations/read-operations.ts';
import { cancelOperation, retryOperation } from '../kernel/operations/steer-operations.ts';
import { listReconcilers } from '../kernel/reconcilers/list-reconcilers.ts';
import { deliverAnswers, renewLeases } from '../kernel/write/deliver-answers.ts';
import { mapPage } from '../rows/page.ts';
import type { BindParts } from './bind-writes.ts';

/** Dependencies of the kernel's operations. */
export interface KernelParts extends BindParts {
  readonly chain: AuditChain;
  /** The state of this server's reconcilers. */
  readonly reconcilers: () => readonly ReconcilerStatus[];
  readonly refusals: Pick<RefusalRecorder, 'forbidden'>;
}

/** Makes the handlers. */
export function bindKernel(parts: KernelParts) {
  const { deps, executor, chain, reconcilers, refusals } = parts;
  return {
    'operation.get': hideLoad(
      deps,
      (_deps, { id }: ParsedInputOf<'operation.get'>, context) => getOperation(deps, id, context),
      reduceOperation,
    ),
    'operation.list': hideLoad(deps, listOperations, (page) => mapPage(page, reduceOperation)),
    'operation.wait': hideLoad(
      deps,
      (_deps, input: ParsedInputOf<'operation.wait'>, context) =>
        waitForOperation(deps, executor, input, context),
      reduceOperation,
    ),
    'operation.cancel': (input, context) => cancelOperation(parts, input, context),
    'operation.retry': (input, context) => retryOperation(parts, input, context),
    'event.list': (input, context) => listEvents(deps, input, context),
    'audit.list': (input, context) => listAudit(deps, input, context),
    'audit.verify': (input, context) => verifyAuditChain({ deps, chain }, input, context),
    'reconciler.list': (input) => Promise.resolve(ok(listReconcilers(reconcilers(), input))),
    'idempotency.list': async (input, context) => ok(await listKeys(deps, context, input)),
    'idempotency.confirm': async ({ keys }, context) => {
      const { principal } = context;
      const reach = mayCall(principal, 'idempotency.confirm_any') ? 'any' : 'own';
      const done = await acknowledgeKeys(deps.store, context, { keys, reach });
      // Some were released, so that the call itself is not refused.
      if (done.ok && done.value.refused !== undefined) {
        const refusal = keysOfOthers(principal, done.value.refused);
        await refusals.forbidden('idempotency.confirm', context, refusal);
      }
      return done;
    },
    'idempotency.deliver': (input, context) => deliverAnswers(deps, context, input),
    'idempotency.renew': (input, context) => renewLeases(deps, context, input),
  } as const satisfies Partial<Handlers>;
}
