/** Decides which bytes of a file a request gets: RFC 9110, sections 13.1.5 and 14. */

/** The bytes; `end` is the last one. Unit: bytes. */
export type ChosenRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

/** The headers that decide, and what there is. */
export interface RangeRequest {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  /** The entity tag of the file, with its quotation marks. */
  readonly etag: string;
  /** Unit: bytes. */
  readonly size: number;
}

const WHOLE: ChosenRange = { kind: 'whole' };

/**
 * Chooses the bytes. A header Range is ignored where it is malformed, has another unit or several
 * ranges, and where If-Range names another file: a date never names this one.
 */
export function chooseRange({ range, ifRange, etag, size }: RangeRequest): ChosenRange {
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range ?? '') ?? [];
  if (first === undefined || last === undefined) return WHOLE;
  if (ifRange !== undefined && ifRange !== etag) return WHOLE;
  if (first === '') return chooseSuffix(last, size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return WHOLE;
  return start >= size
    ? { kind: 'unsatisfiable' }
    : { kind: 'part', start, end: Math.min(end, size - 1) };
}

function chooseSuffix(length: string, size: number): ChosenRange {
  if (length === '') return WHOLE;
  const wanted = Number(length);
  if (wanted === 0 || size === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', start: Math.max(0, size - wanted), end: size - 1 };
}
