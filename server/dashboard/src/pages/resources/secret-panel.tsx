/** A secret that is shown once. */
import { useEffect, useRef } from 'react';
import { announce } from '../../ui/announce/announcer.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice } from '../../ui/states.tsx';

/** Renders it in place of the form that has made it, with the focus. */
export function SecretPanel({ secret }: { readonly secret: string }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    element.current?.focus();
    announce('A secret was made. Save it now: it is not shown again');
  }, []);
  return (
    <Panel title="Save this secret">
      {/* biome-ignore lint/a11y/useSemanticElements: it is no set of fields */}
      <div ref={element} tabIndex={-1} role="group" aria-label="Secret, shown once">
        <Notice tone="watch" title="It is not shown again">
          <p>
            <code>{secret}</code>
          </p>
          <p>
            <CopyButton text={secret} what="secret" />
          </p>
        </Notice>
      </div>
    </Panel>
  );
}
