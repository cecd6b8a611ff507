/** Cursors of pages: the place of the last item in the order of the list. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Makes the cursor of the page behind an item; see `readListCursor` for its parts. */
export function cursorOf(place: {
  readonly id: string;
  readonly fingerprint: string | undefined;
  /** Value of the field that the list is sorted by; undefined if that is the id. */
  readonly value: unknown;
}): string {
  const { id, fingerprint, value } = place;
  if (fingerprint === undefined) return id;
  if (value === undefined) return `${id}.${fingerprint}`;
  return `${id}.${fingerprint}.${Buffer.from(JSON.stringify(value)).toString('base64url')}`;
}

/**
 * Reads the value of a cursor: null where the last item has none in the field; undefined where it
 * is not of the type.
 */
export function readCursorValue(
  text: string | undefined,
  type: 'number' | 'string',
): string | number | null | undefined {
  const value = parseJson(Buffer.from(text ?? '', 'base64url').toString());
  if (value === null) return null;
  if (type === 'number') return Number.isFinite(value) ? Number(value) : undefined;
  return typeof value === 'string' && !value.includes('\0') ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A cursor that no server has made. */
export function badCursor(): Problem {
  return problem('validation-failed', {
    detail: 'The cursor was modified by the client.',
    remedy: 'Send next_cursor of the previous page, or omit cursor to start with the first page.',
    fields: [{ path: ['cursor'], message: 'must be next_cursor of the previous page' }],
  });
}
