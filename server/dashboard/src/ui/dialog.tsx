/**
 * A modal dialog on the browser's own element: it holds the focus, and Escape closes it. Where text
 * has been typed that is not sent, it asks first.
 */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';
import layout from './layout.module.css';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly size?: 'small' | 'large';
}

/** The dialog around a form. */
interface Surrounding {
  /** Closes it, or asks first. */
  readonly leave: () => void;
  readonly noteUnsent: (isUnsent: boolean) => void;
}

const DialogContext = createContext<Surrounding | undefined>(undefined);

/** Renders an open dialog; who no longer renders it closes it, and the focus goes back. */
export function Dialog({ title, onClose, children, size = 'small' }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const isUnsent = useRef(false);
  const [isAsking, setAsking] = useState(false);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  const leave = (): void => {
    if (isUnsent.current) setAsking(true);
    else onClose();
  };
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  const surrounding = useMemo<Surrounding>(
    () => ({
      leave: () => latest.current(),
      noteUnsent: (next) => {
        isUnsent.current = next;
      },
    }),
    [],
  );
  // Chromium closes it without a `cancel` event where Escape is pressed again, and its question
  // with it: it opens again, and asks again.
  const followClosed = (): void => {
    const dialog = element.current;
    if (dialog === null || dialog.open) return;
    if (isUnsent.current) dialog.showModal();
    leave();
  };
  return (
    <dialog
      ref={element}
      className={`${styles.dialog} ${size === 'large' ? styles.large : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      onClose={followClosed}
    >
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        <Button look="quiet" label="Close" onPress={leave}>
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
      <div className={styles.body}>
        <DialogContext value={surrounding}>{children}</DialogContext>
      </div>
      {isAsking ? <Question onStay={() => setAsking(false)} onDiscard={onClose} /> : null}
    </dialog>
  );
}

interface QuestionProps {
  readonly onStay: () => void;
  readonly onDiscard: () => void;
}

function Question({ onStay, onDiscard }: QuestionProps) {
  return (
    <Dialog title="Discard what you have typed?" onClose={onStay}>
      <p>It has not been sent, and would be lost.</p>
      <div className={layout.actions}>
        <Button look="primary" onPress={onStay}>
          Go on typing
        </Button>
        <Button look="danger" onPress={onDiscard}>
          Discard
        </Button>
      </div>
    </Dialog>
  );
}

/**
 * Stands in a dialog whose form may have text that is not sent: closing the dialog asks then. It
 * renders nothing.
 */
export function UnsentText({ isUnsent }: { readonly isUnsent: boolean }) {
  const surrounding = useContext(DialogContext);
  useEffect(() => {
    surrounding?.noteUnsent(isUnsent);
    return () => surrounding?.noteUnsent(false);
  }, [surrounding, isUnsent]);
  return null;
}

/** Renders the button that leaves a form; in a dialog it closes the dialog as Escape does. */
export function CancelButton({ onPress }: { readonly onPress: () => void }) {
  const surrounding = useContext(DialogContext);
  return <Button onPress={surrounding?.leave ?? onPress}>Cancel</Button>;
}
