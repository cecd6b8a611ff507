/**
 * Texts as Terraform keeps them: in Unicode's form NFC, in which an accented letter is one sign,
 * and without halves of a sign. An answer may have either, as text from macOS does, which would
 * look like drift for ever.
 */
import { isRecord } from '../cty/is-record.ts';

/** Most texts are left alone. */
const NOT_ASCII = /[^\p{ASCII}]/u;

const HALVES_OF_SIGNS = /\p{Cs}/gu;

const REPLACEMENT = '\ufffd';

/**
 * Changes every text of an answered value to what Terraform makes of it; names of attributes and of
 * labels have none that it would change.
 * @returns the very same value if there is nothing to change
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
