/** The state of a page in its address, as plain text: `?status=running&sort=-created_at`. */

/** Reads the part of an address behind the question mark. A name that repeats keeps all values. */
export function parseQuery(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    found[name] = found[name] === undefined ? value : `${found[name]},${value}`;
  }
  return found;
}

/** Writes it; what is empty is left out. */
export function formatQuery(search: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') query.append(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
