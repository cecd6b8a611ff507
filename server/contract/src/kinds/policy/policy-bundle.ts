/** A rule is Rego text, or a bundle that OPA built, as base64: Terraform's `filebase64`. */

/** Every gzip archive begins with the same bytes; no Rego text does, written as these letters. */
const GZIP = /^H4sI[A-Za-z0-9+/]+={0,2}\s*$/;

/** Whether a rule is a bundle. */
export function isBundle(rule: string): boolean {
  return GZIP.test(rule);
}
