/** The settings and the mapping that docs/how-to/sign-in.md shows, as its reader writes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(__dirname, '../../../docs/how-to/sign-in.md');

/** Reads the blocks of the page: the one with the issuer, and the one with the groups. */
export function readSettings(): { readonly settings: string; readonly mapping: string } {
  const text = readFileSync(PAGE, 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const settings = blocks.find((block) => block.startsWith('oidc-issuer:'));
  const mapping = blocks.find((block) => block.startsWith('groups:'));
  if (settings === undefined || mapping === undefined) throw new Error(`${PAGE} shows neither`);
  return { settings, mapping };
}
