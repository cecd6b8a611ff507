/** The dialog of a rollback to one commit of the history. */
import type { Item } from '../../api/queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { OperationForm } from '../resources/operation-form.tsx';

interface RollbackDialogProps {
  readonly item: Item;
  readonly commit: string;
  readonly title: string;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function RollbackDialog({ item, commit, title, onClose }: RollbackDialogProps) {
  return (
    <Dialog title={title} size="small" onClose={onClose}>
      <OperationForm
        operation="gitops_application.rollback"
        name={String(item.name)}
        fixed={{ to_commit: commit }}
        before={{ id: item.id }}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  );
}
