/** The page of one resource: its fields, what can be done with it, and what has been done. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { anyQueryOf, type Item } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import { hclResource } from '../../export/hcl.ts';
import { fieldsToExport } from '../../export/write-only.ts';
import { FIELDS, NOUNS } from '../../gen/fields.ts';
import type { KindPage } from '../../paths/kinds.ts';
import { Equivalents } from '../../ui/equivalents.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Actions } from './actions.tsx';
import { FieldList } from './field-list.tsx';
import { ListView } from './list-view.tsx';

interface ResourceDetailPageProps {
  readonly kind: KindPage;
  /** Panels that only this kind has. */
  readonly extra?: (item: Item) => ReactNode;
  /** Fields that those panels show. */
  readonly without?: readonly string[] | undefined;
}

/** Renders the page of the resource in the address. */
export function ResourceDetailPage({ kind, extra, without }: ResourceDetailPageProps) {
  const { id } = useParams({ strict: false });
  const { noun, slug, title } = kind;
  const query = useQuery(anyQueryOf(`${noun}.get`, { id: String(id) }));
  const item = query.data;
  const name = String(item?.[kind.nameField ?? 'name'] ?? id);
  const status = item?.status ?? item?.sync_status ?? item?.state;
  return (
    <Page
      title={name}
      parent={{ to: `/${slug}`, title }}
      intro={
        <>
          {status === undefined ? null : <StatusMark status={String(status)} noun={noun} />}{' '}
          <code>{String(id)}</code>
        </>
      }
      actions={
        item === undefined ? null : (
          <Actions noun={noun} item={item} name={name} listPath={`/${slug}`} />
        )
      }
    >
      <QueryState query={query} what={title}>
        {(found) => (
          <>
            {extra?.(found)}
            <Panel title="Fields">
              <FieldList noun={noun} item={found} without={without} />
            </Panel>
            <Panel title="Command line and Terraform">
              <Equivalents
                command={commandOf(NOUNS[noun]?.group ?? noun, `${noun}.get`, { id: String(id) })}
                hcl={hclOf(noun, name, found)}
              />
            </Panel>
            {kind.isOperation || kind.hasNoOperations ? null : (
              <ListView
                noun="operation"
                operation="operation.list"
                title="Recent operations"
                columns={['kind', 'status', 'progress_percent', 'created_by', 'created_at']}
                nameField="kind"
                fixed={{ target_id: String(id), order: 'newest' }}
                empty={<p>Nothing has been changed yet, or its operations are past retention.</p>}
              />
            )}
          </>
        )}
      </QueryState>
    </Page>
  );
}

/** The resource as Terraform creates it; undefined where Terraform has no such type. */
function hclOf(noun: string, name: string, item: Item): string | undefined {
  const type = NOUNS[noun]?.terraform;
  const fields = FIELDS[`${noun}.create`];
  if (type === undefined || fields === undefined) return undefined;
  return hclResource(type, name, fieldsToExport(fields, item));
}
