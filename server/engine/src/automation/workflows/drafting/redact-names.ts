/**
 * Replaces names and addresses in data by placeholders, and puts them back into what was made of
 * it. Source of the idea: pseudonymisation, as in ISO/IEC 20889.
 */
import { isRecord, type Json } from '@novacron/contract/json';
import { isOperationName } from '@novacron/contract/operations-table/operations';

/** Kind of a name: a part of its placeholder. */
export type NameKind = 'VM' | 'NODE' | 'TENANT' | 'PERSON' | 'NAME';

/** A name that does not leave. */
export interface KnownName {
  readonly kind: NameKind;
  readonly name: string;
}

/** Data without names. */
export interface RedactedData {
  readonly data: Json;
  /** Original of each placeholder, such as `__VM_1__`. */
  readonly originals: ReadonlyMap<string, string>;
}

/** Patterns of addresses and ids, the longest forms first. */
const FORMS: readonly (readonly [kind: string, form: string])[] = [
  ['URL', String.raw`\b[a-z][a-z0-9+.-]{1,15}://[^\s"'<>]{1,2000}`],
  ['EMAIL', String.raw`[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}`],
  ['ID', String.raw`\b[a-z]{2,4}_[0-9a-z]{26}\b`],
  ['ADDRESS', String.raw`\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b`],
  ['ADDRESS', String.raw`(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])`],
  ['HOST', String.raw`\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}\b`],
];

const PLACEHOLDER = /__[A-Z]+_\d+__/g;

/**
 * Redacts every text of a value; its keys stay. Equal names have equal placeholders, in whichever
 * case they are written.
 * @param names - names that are looked for as whole words, besides addresses, ids and hosts
 */
export function redactNames(value: Json, names: readonly KnownName[]): RedactedData {
  const said = textsOf(value).join('\n').toLowerCase();
  const kinds = new Map(
    names.flatMap((known) => {
      const name = known.name.toLowerCase();
      return name !== '' && said.includes(name) ? [[name, known] as const] : [];
    }),
  );
  const pattern = patternOf([...kinds.keys()]);
  const placeholders = new Map<string, string>();
  const originals = new Map<string, string>();
  const counts = new Map<string, number>();
  const replace = (found: string): string => {
    const known = kinds.get(found.toLowerCase());
    if (known === undefined && isOperationName(found)) return found;
    const original = known?.name ?? found;
    const before = placeholders.get(original);
    if (before !== undefined) return before;
    const kind = known?.kind ?? formOf(found);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const placeholder = `__${kind}_${count}__`;
    placeholders.set(original, placeholder);
    originals.set(placeholder, original);
    return placeholder;
  };
  // A placeholder that is in the data already would be put back as a name.
  const redact = (text: string) => text.replaceAll(PLACEHOLDER, '').replaceAll(pattern, replace);
  return { data: mapTexts(value, redact), originals };
}

/** Puts the names back into every text of a value, its keys included. */
export function restoreNames(value: Json, originals: ReadonlyMap<string, string>): Json {
  const restore = (text: string) =>
    text.replaceAll(PLACEHOLDER, (found) => originals.get(found) ?? found);
  return mapTexts(value, restore, restore);
}

function patternOf(names: readonly string[]): RegExp {
  const words = names
    .toSorted((left, right) => right.length - left.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  const known = words.length === 0 ? [] : [String.raw`(?<![\w-])(?:${words.join('|')})(?![\w-])`];
  return new RegExp([...known, ...FORMS.map(([, form]) => `(?:${form})`)].join('|'), 'gi');
}

function formOf(text: string): string {
  const found = FORMS.find(([, form]) => new RegExp(`^(?:${form})$`, 'i').test(text));
  return found?.[0] ?? 'NAME';
}

/** Every text of a value: of many names, few are in it, and a pattern of all would be slow. */
function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isRecord(value) ? Object.values(value).flatMap(textsOf) : [];
}

function mapTexts(
  value: Json,
  change: (text: string) => string,
  changeKey: (key: string) => string = (key) => key,
): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change, changeKey));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, each]): [string, Json] => [
    changeKey(key),
    mapTexts(each, change, changeKey),
  ]);
  return Object.fromEntries(entries);
}
