/** Finds the VMs that a bulk operation is about: by ids, by the filters of lists, or all. */
import type { VmId } from '@novacron/contract/ids';
import { BULK_FILTERS, BULK_VMS_MAX } from '@novacron/contract/kinds/vm/vm-bulk-operations';
import { operations, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { listVms } from '../../resources/vm/read/read-vms.ts';

/** A selected VM. */
export interface SelectedVm {
  readonly id: VmId;
  readonly name: string;
}

type Request = ParsedInputOf<'vm.bulk'>;

/**
 * Selects the VMs, in the order of their creation. Problems: `validation-failed` where the request
 * selects in no way, in two or too many VMs; `not-found` for an id without a VM, or for no VM at
 * all; `conflict` where their number is not the expected one.
 */
export async function selectVms(
  deps: CapabilityDeps,
  input: Request,
  context: CallContext,
): Promise<Result<readonly SelectedVm[], Problem>> {
  const wrong = checkSelection(input);
  if (wrong !== undefined) return err(wrong);
  const found =
    input.vm_ids === undefined
      ? await selectByFilter(deps, input, context)
      : await selectByIds(deps, input.vm_ids, context);
  if (!found.ok) return found;
  const count = found.value.length;
  if (count === 0) return err(noneFound());
  if (input.if_count !== undefined && input.if_count !== count) {
    return err(otherCount(input.if_count, count));
  }
  return found;
}

function checkSelection(input: Request): Problem | undefined {
  const filters = BULK_FILTERS.filter((name) => input[name] !== undefined);
  const ways = [input.vm_ids !== undefined, filters.length > 0, input.all];
  if (ways.filter(Boolean).length !== 1) {
    const field = input.vm_ids === undefined ? 'all' : 'vm_ids';
    return invalid(field, 'Select the VMs in exactly one way: vm_ids, filters, or all.');
  }
  return input.force !== undefined && input.action !== 'stop'
    ? invalid('force', 'force is valid only with the action stop.')
    : undefined;
}

async function selectByIds(
  { store }: CapabilityDeps,
  ids: readonly string[],
  { principal }: CallContext,
): Promise<Result<readonly SelectedVm[], Problem>> {
  const rows = await store.read({
    from: 'vms',
    where: { id: { in: [...new Set(ids)] }, tenant_id: principal.tenantId },
    orderBy: { column: 'id', direction: 'asc' },
    damaged: 'blank',
  });
  const known = new Set<string>(rows.map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing === undefined) return ok(rows.map(({ id, name }) => ({ id, name })));
  return err(
    problem('not-found', {
      detail: `No VM found with the id ${missing}; nothing was changed.`,
      remedy: 'List the VMs: it may have been deleted.',
      fields: [{ path: ['vm_ids'], message: `no VM has the id ${missing}` }],
    }),
  );
}

async function selectByFilter(
  deps: CapabilityDeps,
  input: Request,
  context: CallContext,
): Promise<Result<readonly SelectedVm[], Problem>> {
  const filters = Object.fromEntries(BULK_FILTERS.map((name) => [name, input[name]]));
  const asked = operations['vm.list'].input.parse({ ...filters, limit: BULK_VMS_MAX });
  const page = await listVms(deps, asked, context);
  if (!page.ok) return page;
  const { items, next_cursor: next } = page.value;
  if (next !== null) {
    return err(
      invalid('all', `More than ${BULK_VMS_MAX} VMs match: narrow the selection with filters.`),
    );
  }
  return ok(items.map(({ id, name }) => ({ id, name })));
}

function noneFound(): Problem {
  return problem('not-found', {
    detail: 'No VM matches the filters.',
    remedy: 'Change the filters; novacron vm list accepts the same ones.',
  });
}

function otherCount(expected: number, count: number): Problem {
  return problem('conflict', {
    detail: `The selection has ${count} VMs, not ${expected}; nothing was changed.`,
    remedy: 'Review the selection: VMs were created, deleted or changed in the meantime.',
    data: { expected, count },
  });
}

function invalid(field: string, detail: string): Problem {
  return problem('validation-failed', {
    detail,
    remedy: 'Correct the request: novacron vm bulk --help shows an example.',
    fields: [{ path: [field], message: detail }],
  });
}
