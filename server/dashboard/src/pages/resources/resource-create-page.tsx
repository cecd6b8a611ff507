/** Creates a resource of any kind, with a live preview where the server has one. */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { toItem } from '../../api/queries.ts';
import { NOUNS, SUMMARIES } from '../../gen/fields.ts';
import { type KindPage, pathOfResource } from '../../paths/kinds.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { OperationForm } from './operation-form.tsx';
import { SecretPanel } from './secret-panel.tsx';

/** Renders the page. */
export function ResourceCreatePage({ kind }: { readonly kind: KindPage }) {
  const { noun, slug, title } = kind;
  const operation = `${noun}.create`;
  const navigate = useNavigate();
  const [secret, setSecret] = useState<string>();
  const words = NOUNS[noun]?.words ?? noun;
  const isPreviewed = NOUNS[noun]?.terraform !== undefined;
  return (
    <Page title={`Create ${words}`} intro={SUMMARIES[operation]} parent={{ to: `/${slug}`, title }}>
      {secret === undefined ? (
        <Panel title="Settings">
          <OperationForm
            operation={operation}
            preview={isPreviewed ? 'live' : 'none'}
            onCancel={() => void navigate({ to: `/${slug}` })}
            onDone={(answer) => {
              const shown = answer.secret ?? answer.token;
              if (typeof shown === 'string') return setSecret(shown);
              const { id } = toItem(answer.resource);
              void navigate({ to: pathOfResource(noun, String(id)) ?? `/${slug}` });
            }}
          />
        </Panel>
      ) : (
        <SecretPanel secret={secret} />
      )}
    </Page>
  );
}
