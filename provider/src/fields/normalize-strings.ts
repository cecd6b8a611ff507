/**
 * Normalizes strings as Terraform stores them: in Unicode normalization form NFC and without lone
 * surrogates. An answer may contain either (macOS uses NFD), which would be permanent drift.
 */
import { isRecord } from '../cty/is-record.ts';

/** Most strings need no normalization. */
const NOT_ASCII = /[^\p{ASCII}]/u;

const HALVES_OF_SIGNS = /\p{Cs}/gu;

const REPLACEMENT = '\ufffd';

/**
 * Normalizes every string of an answered value. Names of attributes and labels are ASCII.
 * @returns the identical value if nothing changes
 */
export function normalizeStrings(value: unknown): unknown {
  if (typeof value === 'string') {
    return NOT_ASCII.test(value)
      ? value.replaceAll(HALVES_OF_SIGNS, REPLACEMENT).normalize('NFC')
      : value;
  }
  if (Array.isArray(value)) {
    const elements = value.map(normalizeStrings);
    return elements.some((element, index) => element !== value[index]) ? elements : value;
  }
  if (!isRecord(value)) return value;
  const changed = Object.entries(value).flatMap(([name, inner]) => {
    const now = normalizeStrings(inner);
    return now === inner ? [] : [[name, now]];
  });
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}
