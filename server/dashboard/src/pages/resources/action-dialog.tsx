/** The dialog of one write; those without further input ask once. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { callByName } from '../../api/client.ts';
import { type Item, toItem } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import { FIELDS, NOUNS, SUMMARIES } from '../../gen/fields.ts';
import { followOperation } from '../../shell/task-list.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton, Dialog } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { ProblemNotice } from '../../ui/states.tsx';
import { verbOf } from '../../ui/words.ts';
import styles from './form.module.css';
import { isRemoval } from './is-removal.ts';
import { OperationForm } from './operation-form.tsx';

interface ActionDialogProps {
  readonly operation: string;
  readonly item: Item;
  readonly name: string;
  readonly about: string | undefined;
  readonly listPath: string;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function ActionDialog(props: ActionDialogProps) {
  const { operation, item, name, about, listPath, onClose } = props;
  const navigate = useNavigate();
  // What is voted about is what was shown when the dialog was opened, not what came later.
  const [seen] = useState(() => seenParts(operation, item));
  const done = (): void => {
    onClose();
    if (operation.endsWith('.delete')) void navigate({ to: listPath });
  };
  const fields = (FIELDS[operation] ?? []).filter(
    (field) => !['id', 'if_revision', 'if_desired_revision'].includes(field.name),
  );
  const hasForm = fields.length > 0 && !operation.endsWith('.delete');
  return (
    <Dialog
      title={`${verbOf(operation)} ${name}`}
      onClose={onClose}
      size={fields.length > 6 ? 'large' : 'small'}
    >
      <p>{SUMMARIES[operation]}</p>
      {about === undefined ? null : <p dir="auto">It is the {about}.</p>}
      {hasForm ? (
        <OperationForm
          operation={operation}
          name={name}
          fixed={seen}
          before={operation.endsWith('.update') ? item : { id: item.id }}
          onDone={done}
          onCancel={onClose}
        />
      ) : (
        <Confirmation
          operation={operation}
          item={item}
          name={name}
          onClose={onClose}
          onDone={done}
        />
      )}
    </Dialog>
  );
}

/** The digest that an operation takes of what its caller has seen. */
function seenParts(operation: string, { digest }: Item): Item {
  const takes = FIELDS[operation]?.some(({ name }) => name === 'digest') ?? false;
  return takes && typeof digest === 'string' ? { digest } : {};
}

interface ConfirmationProps {
  readonly operation: string;
  readonly item: Item;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks before a write without input; removals ask for the name, too. */
function Confirmation({ operation, item, name, onClose, onDone }: ConfirmationProps) {
  const [typed, setTyped] = useState('');
  const [cause, setCause] = useState<unknown>();
  const client = useQueryClient();
  const [noun = ''] = operation.split('.');
  const input = { id: item.id };
  const isTyped = !isRemoval(operation) || typed === name;
  const send = async (): Promise<void> => {
    try {
      const answer = toItem(await callByName(operation, input));
      followOperation(answer);
      announce(`${verbOf(operation)} ${name}: accepted`);
      void client.invalidateQueries({
        predicate: ({ queryKey: [key] }) => String(key).startsWith(`${noun}.`),
      });
      onDone();
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      {isRemoval(operation) ? (
        <label className={styles.field}>
          <span>
            Type <strong dir="auto">{name}</strong> to confirm
          </span>
          <input
            className={styles.control}
            value={typed}
            autoComplete="off"
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
      ) : null}
      <div className={layout.actions}>
        <Button
          look={isRemoval(operation) ? 'danger' : 'primary'}
          onPress={() => void send()}
          disabledReason={isTyped ? undefined : 'Type the name first.'}
        >
          {verbOf(operation)}
        </Button>
        <CancelButton onPress={onClose} />
      </div>
      <Equivalents command={commandOf(NOUNS[noun]?.group ?? noun, operation, input)} />
    </>
  );
}
