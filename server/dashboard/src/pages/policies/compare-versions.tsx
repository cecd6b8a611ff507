/** Compares the version that a form began with and the newest one. */
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { useState } from 'react';
import type { Item } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Differences } from './versions.tsx';

interface CompareVersionsProps {
  readonly id: InputOf<'policy.diff'>['id'];
  readonly base: Item | undefined;
  readonly newest: Item | undefined;
}

/** Renders the button, and the dialog that it opens. */
export function CompareVersions({ id, base, newest }: CompareVersionsProps) {
  const [isOpen, setOpen] = useState(false);
  const from = Number(base?.version);
  const to = Number(newest?.version);
  return (
    <>
      <Button
        onPress={() => setOpen(true)}
        disabledReason={from === to ? 'The rule itself was not changed.' : undefined}
      >
        Compare
      </Button>
      {isOpen ? (
        <Dialog
          title={`Version ${from} and version ${to}`}
          size="large"
          onClose={() => setOpen(false)}
        >
          <Differences id={id} from={from} to={to} />
        </Dialog>
      ) : null}
    </>
  );
}
