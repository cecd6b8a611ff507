/** Bar for the selected VMs: their number, and a button for each action. */
import { useState } from 'react';
import type { Item } from '../../../api/queries.ts';
import { useRefusals } from '../../../api/session.ts';
import { FIELDS } from '../../../gen/fields.ts';
import { Button } from '../../../ui/button.tsx';
import { countOf, labelOf } from '../../../ui/words.ts';
import styles from './bulk.module.css';
import { BulkDialog } from './bulk-dialog.tsx';
import { type Selection, selectorOf } from './selection.ts';

/** Maximum number of VMs per operation, as on the server. */
const VMS_MAX = 1_000;

interface BulkBarProps {
  readonly selection: Selection;
  /** The filters of the list. */
  readonly request: Item;
  /** Rows that match; undefined while that is not known exactly. */
  readonly total: number | undefined;
}

/** Renders the bar; nothing while no VM is selected. */
export function BulkBar({ selection, request, total }: BulkBarProps) {
  const [open, setOpen] = useState<string>();
  const refusalOf = useRefusals();
  const isAll = selection.kind === 'all';
  const count = isAll ? total : selection.ids.size;
  if (!isAll && selection.ids.size === 0) return null;
  const actions = FIELDS['vm.bulk']?.find(({ name }) => name === 'action')?.options ?? [];
  const reasonOf = (action: string): string | undefined =>
    refusalOf('vm.bulk') ?? refusalOf(`vm.${action}`);
  return (
    <section className={styles.bar} aria-label="Selected VMs">
      <strong role="status">{count === undefined ? 'All' : countOf(count, 'VM')} selected</strong>
      {isAll ? null : (
        <Button
          onPress={selection.selectAll}
          disabledReason={
            total !== undefined && total <= VMS_MAX
              ? undefined
              : `One operation takes ${VMS_MAX.toLocaleString('en')} VMs: narrow the list first.`
          }
        >
          {total === undefined ? 'Select all that match' : `Select all ${total} that match`}
        </Button>
      )}
      <Button onPress={selection.clear}>Clear selection</Button>
      {actions.map((action) => (
        <Button
          key={action}
          look={action === 'delete' ? 'danger' : 'plain'}
          onPress={() => setOpen(String(action))}
          disabledReason={reasonOf(String(action))}
        >
          {labelOf(String(action))}
        </Button>
      ))}
      {open === undefined ? null : (
        <BulkDialog
          action={open}
          selector={selectorOf(selection, request)}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined);
            selection.clear();
          }}
        />
      )}
    </section>
  );
}
