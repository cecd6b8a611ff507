/** The example of a review in Git as it is after its waiver was updated. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const EXAMPLE = resolve(__dirname, '../../../examples/policies/review');

/** Later than any of these tests runs on. */
const LATER = '2199-12-31';

/** Copies the example into a directory, its waiver renewed. */
export function copyExample(directory: string): void {
  cpSync(EXAMPLE, directory, { recursive: true });
  const main = join(directory, 'main.tf');
  writeFileSync(main, renewWaiver(readFileSync(main, 'utf8')));
}

/** A text of the example, with the waiver's renewed date. */
export function renewWaiver(text: string): string {
  return text.replace(/(expires=|waived by ann until )\d{4}-\d\d-\d\d/g, `$1${LATER}`);
}
