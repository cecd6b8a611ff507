/** Actions on an alert: acknowledge it, or silence it for a time. */
import { useState } from 'react';
import type { Item } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { SUMMARIES } from '../../gen/fields.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { OperationForm } from '../resources/operation-form.tsx';

const ACTIONS = [
  { operation: 'alert.ack', words: 'Acknowledge' },
  { operation: 'alert.silence', words: 'Silence' },
] as const;

type Action = (typeof ACTIONS)[number];

/** Renders the buttons, and the dialog of the one that was pressed. */
export function AlertActions({ alert }: { readonly alert: Item }) {
  const [open, setOpen] = useState<Action>();
  const refusalOf = useRefusals();
  const subject = String(alert.target ?? alert.rule);
  return (
    <span className={layout.actions}>
      {ACTIONS.map((action) => (
        <Button
          key={action.operation}
          label={`${action.words} ${String(alert.message)} of ${subject}`}
          onPress={() => setOpen(action)}
          disabledReason={refusalOf(action.operation) ?? reasonOf(alert)}
        >
          {action.words}
        </Button>
      ))}
      {open === undefined ? null : (
        <AlertDialog action={open} alert={alert} onClose={() => setOpen(undefined)} />
      )}
    </span>
  );
}

function reasonOf({ state }: Item): string | undefined {
  return state === 'resolved' ? 'It is resolved: no rule asks for it any more.' : undefined;
}

interface AlertDialogProps {
  readonly action: Action;
  readonly alert: Item;
  readonly onClose: () => void;
}

function AlertDialog({ action: { operation, words }, alert, onClose }: AlertDialogProps) {
  const because = Array.isArray(alert.because) ? alert.because.map(String) : [];
  return (
    <Dialog title={`${words}: ${String(alert.message)}`} onClose={onClose}>
      <dl className={layout.facts}>
        <dt>Severity</dt>
        <dd>
          <StatusMark status={String(alert.severity)} />
        </dd>
        <dt>About</dt>
        <dd dir="auto">{String(alert.target ?? '')}</dd>
        <dt>Rule</dt>
        <dd dir="auto">
          {String(alert.rule)} of {String(alert.policy ?? alert.metric ?? 'Alertmanager')}
        </dd>
        <dt>First seen</dt>
        <dd>
          <Moment at={alert.first_seen_at} look="full" />
        </dd>
        <dt>Because</dt>
        <dd>{because.length === 0 ? 'Its rule has no condition.' : because.join('; ')}</dd>
      </dl>
      <p>{SUMMARIES[operation]}</p>
      <OperationForm
        operation={operation}
        before={{ id: alert.id }}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  );
}
