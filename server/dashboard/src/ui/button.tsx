/** A button. One that cannot be used now stays focusable and says why. */
import { type MouseEventHandler, type ReactNode, useId } from 'react';
import styles from './button.module.css';
import { Explained } from './explained.tsx';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly type?: 'button' | 'submit';
  /** Reason the button is disabled; it does nothing while there is a reason. */
  readonly disabledReason?: string;
  /** Action of the button, if its content does not say it. */
  readonly label?: string;
  readonly isPressed?: boolean;
  readonly isExpanded?: boolean;
}

/** Renders the button. */
export function Button(props: ButtonProps) {
  const { children, onPress, look = 'plain', type = 'button', disabledReason: reason } = props;
  const id = useId();
  const isDisabled = reason !== undefined;
  const press: MouseEventHandler = (event) => {
    if (isDisabled) event.preventDefault();
    else onPress?.();
  };
  const button = (
    <button
      type={type}
      className={`${styles.button} ${styles[look] ?? ''}`}
      aria-disabled={isDisabled || undefined}
      aria-describedby={isDisabled ? id : undefined}
      aria-label={props.label}
      aria-pressed={props.isPressed}
      aria-expanded={props.isExpanded}
      onClick={press}
    >
      {children}
    </button>
  );
  if (!isDisabled) return button;
  return (
    <Explained id={id} reason={reason}>
      {button}
    </Explained>
  );
}
