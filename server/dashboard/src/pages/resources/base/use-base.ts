/** The state of a resource that an open form began with, which later changes leave as it is. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../../api/api-problem.ts';
import { callByName } from '../../../api/client.ts';
import { type Item, toItem } from '../../../api/queries.ts';
import { FIELDS } from '../../../gen/fields.ts';
import type { FieldMeta } from '../../../metadata/shapes.ts';
import { changedFields, newerOf } from './changed-fields.ts';

const REVISION_MISMATCH_STATUS = 412;

/** A form's ground. */
export interface Base {
  /** Version the form compares with; undefined when creating. */
  readonly base: Item | undefined;
  readonly newest: Item | undefined;
  /** Fields that others have changed since. */
  readonly theirs: readonly FieldMeta[];
  /** Goes on from the newest state. */
  readonly follow: () => void;
  /**
   * Sends a change with the revision that it is based on, as `If-Match`. Where only fields that no
   * form has were changed since, such as the status, it is sent again with the newer revision.
   * Throws an {@link ApiProblem}; `undefined`: others have changed fields of the form meanwhile.
   */
  readonly send: (operation: string, input: Item) => Promise<Item | undefined>;
}

/** Keeps the state that `shown` has at first; a restored draft has the state that it began with. */
export function useBase(
  fields: readonly FieldMeta[],
  shown: Item | undefined,
  restored?: Item,
): Base {
  const client = useQueryClient();
  const [base, setBase] = useState(restored ?? shown);
  const [read, setRead] = useState<Item>();
  const [isSending, setSending] = useState(false);
  const newest = newerOf(shown, read);
  // The event of one's own change may come before its answer.
  const theirs = isSending ? [] : changedFields(fields, base, newest);
  const take = (answer: Item): Item => {
    const resource = toItem(answer.resource);
    if (base !== undefined && resource.id === base.id) {
      setBase(resource);
      setRead(resource);
    }
    return answer;
  };
  const ask = async (noun: string): Promise<Item> => {
    const id = String(base?.id);
    const found = toItem(await callByName(`${noun}.get`, { id }));
    client.setQueryData([`${noun}.get`, { id }], found);
    setRead(found);
    return found;
  };
  const send = async (operation: string, input: Item): Promise<Item | undefined> => {
    const revision = theirs.length === 0 ? newest?.revision : base?.revision;
    setSending(true);
    try {
      return take(toItem(await callByName(operation, withRevision(operation, input, revision))));
    } catch (cause) {
      if (!isMismatch(cause)) throw cause;
      const found = await ask(operation.split('.')[0] ?? '');
      if (changedFields(fields, base, found).length > 0) return undefined;
      const repeated = withRevision(operation, input, found.revision);
      return take(toItem(await callByName(operation, repeated)));
    } finally {
      setSending(false);
    }
  };
  return { base, newest, theirs, follow: () => setBase(newest), send };
}

function withRevision(operation: string, input: Item, revision: unknown): Item {
  const isTaken = FIELDS[operation]?.some(({ name }) => name === 'if_revision') ?? false;
  if (!isTaken || typeof revision !== 'number') return input;
  return Object.assign({ if_revision: revision }, input);
}

function isMismatch(cause: unknown): boolean {
  return cause instanceof ApiProblem && cause.parts.status === REVISION_MISMATCH_STATUS;
}
