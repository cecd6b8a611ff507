/**
 * The forms in which a secret appears in texts of others: as it is, as JSON, percent-encoded, in
 * hexadecimal and in base64. What transforms it in another way defeats this, so that masking by
 * them is best effort. Source of the idea: the log masking of GitHub Actions.
 */

/** What stands in the place of a secret. */
export const SECRET_MASK = '***';

/** Shorter texts occur by chance: to replace them would destroy texts. Unit: characters. */
const LENGTH_MIN = 4;

/** A line of a longer secret, such as a key in PEM, that is no chance hit. Unit: characters. */
const LINE_LENGTH_MIN = 16;

/** Lists all forms of secrets, longer ones first; those of less than 4 characters are left out. */
export function secretFormsOf(values: Iterable<string>): readonly string[] {
  return [...new Set([...values].flatMap(formsOf))]
    .filter(({ length }) => length >= LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length);
}

function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).filter(({ length }) => length >= LINE_LENGTH_MIN);
  return [value, value.trim(), ...lines].flatMap(encodingsOf);
}

function encodingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((before) => alignedBase64(bytes, before));
  // From the bytes: a lone surrogate, which has none in UTF-8, has no form in an address.
  const percent = encodeURIComponent(bytes.toString('utf8'));
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    percent,
    percent.replaceAll('%20', '+'),
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/**
 * What base64 makes of bytes that begin this far behind a group of three, such as the password in
 * `user:password`, without the characters that depend on its neighbours.
 */
function alignedBase64(bytes: Buffer, before: number): string {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  const whole = Math.floor((padded.length * 8) / 6);
  return padded.toString('base64').slice(Math.ceil((before * 8) / 6), whole);
}
