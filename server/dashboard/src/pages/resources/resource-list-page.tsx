/** The list page of a noun that needs nothing but its metadata. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useIdentity } from '../../api/session.ts';
import { NOUNS } from '../../gen/fields.ts';
import type { KindPage } from '../../paths/kinds.ts';
import button from '../../ui/button.module.css';
import { Page } from '../../ui/page.tsx';
import { ListView } from './list-view.tsx';

interface ResourceListPageProps {
  readonly kind: KindPage;
  /** What only this kind has below its list. */
  readonly extra?: ReactNode;
}

/** Renders the page. */
export function ResourceListPage({ kind, extra }: ResourceListPageProps) {
  const { noun, title, slug } = kind;
  const create = `${noun}.create`;
  const mayCreate = useIdentity()?.operations?.includes(create) ?? false;
  const link = mayCreate ? (
    <Link to={`/${slug}/new`} className={`${button.button} ${button.primary}`}>
      Create {NOUNS[noun]?.words ?? noun}
    </Link>
  ) : null;
  return (
    <Page title={title} intro={sentenceOf(NOUNS[noun]?.description)} actions={link}>
      <ListView
        noun={noun}
        operation={`${noun}.list`}
        title={title}
        columns={kind.columns}
        sort={kind.sort}
        filters={kind.filters}
        nameField={kind.nameField}
        bulk={noun === 'vm' ? 'vm.bulk' : undefined}
        empty={
          <>
            <p>{kind.empty}</p>
            {link}
          </>
        }
      />
      {extra}
    </Page>
  );
}

/** `hypervisor hosts` as `Hypervisor hosts.` */
function sentenceOf(words: string | undefined): string | undefined {
  return words === undefined ? undefined : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
