/** Looks for secrets in files, in every form in which they could be read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text as a file may contain it: plain, in JSON, in hex, and in base64 at each alignment. */
export function formsOfSecret(secret: string): readonly (string | Buffer)[] {
  const bytes = Buffer.from(secret);
  const escaped = JSON.stringify(secret).slice(1, -1);
  const ascii = escaped.replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const inBase64 = [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Without the ends, which depend on what is beside the text.
    return shifted.slice(4, -4);
  });
  const hex = bytes.toString('hex');
  return [bytes, escaped, ascii, ...inBase64, hex, hex.toUpperCase()];
}

/** Names of the files of a directory, at any depth, that contain one of the secrets in any form. */
export function findSecrets(directory: string, secrets: readonly string[]): readonly string[] {
  const forms = secrets.flatMap(formsOfSecret);
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      return forms.some((form) => bytes.includes(form)) ? [entry.name] : [];
    });
}
