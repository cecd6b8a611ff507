/**
 * The forms in which a secret appears in texts of others: as it is, as JSON, percent-encoded, in
 * hexadecimal and in base64, the last two also over several lines. What transforms it in another
 * way defeats this, so that masking by them is best effort. Source of the idea: the log masking of
 * GitHub Actions.
 */

/** Replacement of a secret. */
export const SECRET_MASK = '***';

/** Shorter texts occur by chance: to replace them would destroy texts. Unit: characters. */
const LENGTH_MIN = 4;

/** A line of a longer secret, such as a key in PEM, that is no chance hit. Unit: characters. */
const LINE_LENGTH_MIN = 16;

/** Shorter texts with breaks in them occur by chance. Unit: characters. */
const BROKEN_LENGTH_MIN = 16;

/** Forms of secrets, longer ones first. */
export interface SecretForms {
  readonly whole: readonly string[];
  /** Those that programs break into lines or groups, such as `base64` at 76 characters. */
  readonly broken: readonly string[];
}

/** A form in a text, from an index to before another one. */
export interface FoundForm {
  readonly index: number;
  readonly end: number;
}

/** Lists all forms of secrets; those of less than 4 characters are left out. */
export function secretFormsOf(values: Iterable<string>): SecretForms {
  const texts = [...values].flatMap(textsOf);
  return {
    whole: longestFirst(texts.flatMap(encodingsOf), LENGTH_MIN),
    broken: longestFirst(texts.flatMap(digitsOf), BROKEN_LENGTH_MIN),
  };
}

/** Replaces secrets in a text. */
export function maskText(text: string, forms: SecretForms): string {
  let masked = '';
  let at = 0;
  for (const { index, end } of findForms(text, forms)) {
    masked += text.slice(at, index) + SECRET_MASK;
    at = end;
  }
  return masked + text.slice(at);
}

/** The forms in a text from left to right, the longest at each place, none within another. */
export function* findForms(text: string, { whole, broken }: SecretForms): Generator<FoundForm> {
  const plain = { text, places: undefined };
  const joined = joinText(text);
  const next = [
    ...whole.map((form) => openSearch(plain, form)),
    ...(joined === undefined ? [] : broken.map((form) => openSearch(joined, form))),
  ];
  for (let at = 0; ; ) {
    let first: FoundForm | undefined;
    for (const search of next) {
      const found = search(at);
      if (found === undefined) continue;
      if (first === undefined || found.index < first.index) first = found;
      else if (found.index === first.index && found.end > first.end) first = found;
    }
    if (first === undefined) return;
    yield first;
    at = first.end;
  }
}

/** Returns the start of the longest end of a text that may become a form with the text after it. */
export function beginningOfForm(text: string, { whole, broken }: SecretForms): number {
  const begins = beginningIn(text, whole);
  const joined = joinText(text) ?? { text, places: undefined };
  return Math.min(begins, placeIn(joined, beginningIn(joined.text, broken), text.length));
}

function beginningIn(text: string, forms: readonly string[]): number {
  const [longest = ''] = forms;
  for (let at = Math.max(0, text.length - longest.length + 1); at < text.length; at += 1) {
    const end = text.slice(at);
    if (forms.some((form) => form.length > end.length && form.startsWith(end))) return at;
  }
  return text.length;
}

/** A text without its breaks, and where each of its characters was; as it is without places. */
interface JoinedText {
  readonly text: string;
  readonly places: readonly number[] | undefined;
}

const BREAK = /\s/;

/** Joins lines and groups; undefined where there are no breaks. */
function joinText(text: string): JoinedText | undefined {
  if (!BREAK.test(text)) return undefined;
  const places: number[] = [];
  let joined = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (BREAK.test(character)) continue;
    places.push(at);
    joined += character;
  }
  return { text: joined, places };
}

function placeIn({ places }: JoinedText, at: number, length: number): number {
  return places === undefined ? at : (places[at] ?? length);
}

/** Searches for a form from places that only go up. */
function openSearch(of: JoinedText, form: string): (from: number) => FoundForm | undefined {
  const { text, places } = of;
  let index = text.indexOf(form);
  return (from) => {
    while (index >= 0 && placeIn(of, index, from) < from) {
      index = text.indexOf(form, places === undefined ? from : index + 1);
    }
    if (index < 0) return undefined;
    const last = placeIn(of, index + form.length - 1, 0);
    return { index: placeIn(of, index, 0), end: last + 1 };
  };
}

function longestFirst(forms: readonly string[], lengthMin: number): readonly string[] {
  return [...new Set(forms)]
    .filter(({ length }) => length >= lengthMin)
    .toSorted((a, b) => b.length - a.length);
}

function textsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).filter(({ length }) => length >= LINE_LENGTH_MIN);
  return [value, value.trim(), ...lines];
}

function encodingsOf(value: string): readonly string[] {
  return [value, ...jsonOf(value), ...percentOf(value), ...digitsOf(value)];
}

/**
 * Returns the JSON encodings of a value, with the additional escapes of some writers: HTML,
 * slashes, all but ASCII.
 */
function jsonOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const codes = (text: string) =>
    text.replaceAll(/[<>&\u007f-\uffff]/g, (one) => {
      return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  const html = json.replaceAll(/[<>&]/g, codes);
  const ascii = json.replaceAll(/[\u007f-\uffff]/g, codes);
  return [json, html, ascii, codes(json), json.replaceAll('/', '\\/')];
}

/** RFC 3986 reserves more than `encodeURIComponent` writes as codes; some leave slashes. */
function percentOf(value: string): readonly string[] {
  // From the bytes: a lone surrogate, which has none in UTF-8, has no form in an address.
  const short = encodeURIComponent(Buffer.from(value, 'utf8').toString('utf8'));
  const full = short.replaceAll(/[!'()*]/g, (one) => {
    return `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return [short, full, full.replaceAll('%2F', '/')].flatMap((text) => [
    text,
    text.replaceAll('%20', '+'),
    text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
}

function digitsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((before) => alignedBase64(bytes, before));
  return [
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/**
 * Returns the base64 encoding of bytes that begin at this offset in a group of three, such as the
 * password in `user:password`, without the characters that depend on its neighbours.
 */
function alignedBase64(bytes: Buffer, before: number): string {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  const whole = Math.floor((padded.length * 8) / 6);
  return padded.toString('base64').slice(Math.ceil((before * 8) / 6), whole);
}
