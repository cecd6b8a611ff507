/** The fields that a new VM inherits from its template because its request leaves them out. */

import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults, inheritedFields } from '@novacron/contract/schema/field';
import type { Store } from '../../ports/store.ts';
import { desiredOf } from './answer-resource.ts';

/** A request for a VM, as far as it is known. */
type Asked = Readonly<Record<string, unknown>>;

const INHERITED = inheritedFields(VM_FIELDS);

/**
 * Reads the template fields for requests that leave fields out. A later change of a template does
 * not affect VMs that have been created.
 * @param asked.inputs - requests, in any order; complete ones cost no read
 * @returns one a request: the inherited values, by the name of the field
 */
export async function inheritFields(
  store: Store,
  asked: { readonly tenantId: string; readonly inputs: readonly Asked[] },
): Promise<readonly JsonObject[]> {
  const { tenantId: tenant_id, inputs } = asked;
  const ids = inputs.flatMap((input) => {
    const id = input.template_id;
    return typeof id === 'string' && omittedFields(input).length > 0 ? [id] : [];
  });
  if (ids.length === 0) return inputs.map(() => ({}));
  const where = { tenant_id, id: { in: [...new Set(ids)] } };
  const rows = await store.read({ from: 'tenant_templates', where, damaged: 'blank' });
  return inputs.map((input) => {
    const row = rows.find(({ id }) => id === input.template_id);
    const said: JsonObject = row === undefined ? {} : desiredOf(row);
    const taken = omittedFields(input).filter((name) => (said[name] ?? null) !== null);
    return Object.fromEntries(taken.map((name) => [name, said[name] ?? null]));
  });
}

function omittedFields(input: Asked): readonly string[] {
  return INHERITED.filter((name) => (input[name] ?? null) === null);
}

/** Reads the spec of one new VM, including the fields of its template. */
export async function readNewSpec(
  store: Store,
  asked: { readonly tenantId: string; readonly input: Asked },
): Promise<Result<VmSpec, Problem>> {
  const { tenantId, input } = asked;
  const [inherited = {}] = await inheritFields(store, { tenantId, inputs: [input] });
  return toNewSpec(input, inherited);
}

/** The spec of a new VM; `validation-failed` where neither it nor its template has a size. */
export function toNewSpec(input: Asked, inherited: JsonObject): Result<VmSpec, Problem> {
  const whole = fillDefaults(VM_FIELDS, { ...input, ...inherited });
  const rows: Readonly<Record<string, { readonly presence: string }>> = VM_FIELDS;
  const missing = INHERITED.filter(
    (name) => rows[name]?.presence === 'required' && (whole[name] ?? null) === null,
  );
  if (missing.length === 0) return ok(VmSpec.parse(whole));
  const whose =
    typeof input.template_id === 'string'
      ? `the template ${input.template_id} does not set it`
      : 'it has no template that could set it';
  return err(
    problem('validation-failed', {
      detail: `The VM ${String(input.name)} has no ${missing.join(', no ')}, and ${whose}.`,
      remedy: 'Set it, or use a template that sets it.',
      fields: missing.map((name) => ({
        path: [name],
        message: 'is required if the template does not set it',
      })),
    }),
  );
}
