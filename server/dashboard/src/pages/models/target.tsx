/** What a forecast is of. */
import { Link } from '@tanstack/react-router';
import { NOUNS } from '../../gen/fields.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { targetKind } from './forecast-words.ts';

/** It in words: its kind and id. A tenant is the reader's own. */
export function targetWords(id: string): string {
  const kind = targetKind(id);
  return kind === 'tenant' ? 'the tenant' : `${NOUNS[kind]?.words ?? kind} ${id}`;
}

/** Renders it, with a link to its page. */
export function Target({ id }: { readonly id: string }) {
  const kind = targetKind(id);
  const path = kind === 'tenant' ? undefined : pathOfResource(kind, id);
  return path === undefined ? targetWords(id) : <Link to={path}>{targetWords(id)}</Link>;
}
