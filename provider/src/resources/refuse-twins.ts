/**
 * Two resources of one run that say the same, name and all. The server would answer both creates
 * with one thing, for they have the same idempotency key; the end of either would be the end of
 * both. Nobody else can tell them apart: Terraform says the address of neither.
 */
import type { Diagnostics } from '../framework/diagnostics.ts';
import type { Session } from '../rpc/session.ts';
import type { Values } from './values.ts';

const REMEDY =
  'Names are unique within a tenant: give each resource its own, such as ' +
  `name = "web-\${count.index}" with count, or "web-\${each.key}" with for_each. ` +
  'Where only one is meant, remove the other.';

/**
 * Reports a create that the plan has already under the same name.
 * @returns whether it did
 */
export function refusePlannedTwin(
  { session, diagnostics }: { readonly session: Session; readonly diagnostics: Diagnostics },
  {
    type,
    label,
    values,
  }: { readonly type: string; readonly label: string; readonly values: Values },
): boolean {
  const { name } = values;
  if (typeof name !== 'string') return false;
  const twin = `${type} ${name}`;
  const isTwin = session.creating.has(twin);
  session.creating.add(twin);
  if (!isTwin) return false;
  diagnostics.error({
    summary: `The name is used twice: create ${label}`,
    detail: `The plan creates another ${type} of this name.\n\n${REMEDY}`,
    path: ['name'],
  });
  return true;
}

/**
 * Begins a create, unless this run has sent the same one before.
 * @returns whether the create may be sent; if not, that is reported
 */
export function beginCreate(
  { session, diagnostics }: { readonly session: Session; readonly diagnostics: Diagnostics },
  { key, doing }: { readonly key: string; readonly doing: string },
): boolean {
  if (!session.sent.has(key)) {
    session.sent.add(key);
    return true;
  }
  diagnostics.error({
    summary: `It is created twice: ${doing}`,
    detail: `This run creates it for another resource that says the very same.\n\n${REMEDY}`,
  });
  return false;
}
