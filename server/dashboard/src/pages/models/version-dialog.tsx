/** The dialog that changes which version of a model acts. */
import { Dialog } from '../../ui/dialog.tsx';
import { OperationForm } from '../resources/operation-form.tsx';

interface VersionDialogProps {
  readonly operation: 'model.promote' | 'model.rollback' | 'model.start_trial' | 'model.stop_trial';
  readonly model: { readonly id: string; readonly name: string };
  /** The parts of the input that the pressed button stands for. */
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly words: string;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function VersionDialog(props: VersionDialogProps) {
  const { operation, model, fixed, title, words, onClose } = props;
  return (
    <Dialog title={title} size="small" onClose={onClose}>
      <p>{words}</p>
      <OperationForm
        operation={operation}
        name={model.name}
        fixed={fixed}
        before={{ id: model.id }}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  );
}
