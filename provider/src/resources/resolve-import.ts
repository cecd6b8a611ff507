/** Resolves the argument of `terraform import`: an id or a name. */

import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { PROBLEM_KINDS } from '@novacron/contract/problem/problem';
import { commandWord } from '@novacron/contract/schema/resource-definition';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { RESOURCE_KINDS_BY_TYPE, type ResourceKindInfo } from '../fields/resource-kinds.ts';
import { UserError } from '../framework/diagnostics/user-error.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

/** Prefix that marks a name, for names that look like ids. */
const NAME_PREFIX = 'name=';

/**
 * Returns the id of the object to import.
 * @throws UserError when no object has that id or name
 */
export async function resolveImport(
  text: string,
  target: { readonly type: string; readonly info: ResourceKindInfo },
  { client: session, signal }: { readonly client: Session; readonly signal: AbortSignal },
): Promise<string> {
  const { type, info } = target;
  const doing = `import ${type} ${JSON.stringify(text)}`;
  if (info.id.safeParse(text).success) {
    const found = await session.find(info.kind, text, signal);
    if (!found.ok) throw toUserError(found.error, doing);
    if (found.value !== undefined) return text;
    throw nothingThere(text, info.kind, doing);
  }
  const name = text.startsWith(NAME_PREFIX) ? text.slice(NAME_PREFIX.length) : text;
  const answer = await session.client.call(`${info.kind}.list`, { name, limit: 1 }, { signal });
  if (!answer.ok) throw toUserError(answer.error, doing);
  const [found] = answer.value.items;
  if (found === undefined) throw nothingThere(text, info.kind, doing);
  return found.id;
}

function nothingThere(text: string, kind: ResourceKind, doing: string): UserError {
  const nothing = `No ${kind} has the id or name ${JSON.stringify(text)}.`;
  return new UserError({
    summary: `${PROBLEM_KINDS['not-found'].title}: ${doing}`,
    detail: `${nothing}\n\n${whereElse(text, kind)}`,
  });
}

/** Returns the remedy; the prefix of an id shows its kind. */
function whereElse(text: string, kind: ResourceKind): string {
  const kinds = Object.entries(RESOURCE_KINDS_BY_TYPE);
  const other = kinds.find(([, { id }]) => id.safeParse(text).success);
  if (other !== undefined && other[1].kind !== kind) {
    return `This is the id of a ${other[1].kind}: import it to a ${other[0]}.`;
  }
  const command = commandWord(kind, RESOURCE_DEFINITIONS[kind].noun);
  return `List the existing ones with \`novacron ${command} list\`.`;
}
