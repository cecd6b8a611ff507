/**
 * A control with the reason why it cannot be used, which is shown while the control has the focus
 * or the pointer. WCAG 1.4.13: Escape takes it away, and the pointer may be moved onto it.
 */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import styles from './button.module.css';

interface ExplainedProps {
  /** The control names it in `aria-describedby`. */
  readonly id: string;
  readonly reason: string;
  readonly children: ReactNode;
}

/** Margin between a reason and the edge of the window. Unit: px. */
const MARGIN_PX = 8;

/** Renders the control and its reason. */
export function Explained({ id, reason, children }: ExplainedProps) {
  const [hasFocus, setFocus] = useState(false);
  const [hasPointer, setPointer] = useState(false);
  const [isDismissed, setDismissed] = useState(false);
  const tip = useRef<HTMLSpanElement>(null);
  const isWanted = hasFocus || hasPointer;
  const isShown = isWanted && !isDismissed;
  useEffect(() => {
    if (!isWanted) setDismissed(false);
  }, [isWanted]);
  useLayoutEffect(() => {
    if (isShown && tip.current !== null) keepInside(tip.current);
  }, [isShown]);
  useEffect(() => {
    if (!isShown) return;
    const dismiss = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      // A dialog around it stays open: the next press closes it.
      event.preventDefault();
      event.stopPropagation();
      setDismissed(true);
    };
    window.addEventListener('keydown', dismiss, { capture: true });
    return () => window.removeEventListener('keydown', dismiss, { capture: true });
  }, [isShown]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the control is inside, this only watches
    <span
      className={styles.wrap}
      onFocus={() => setFocus(true)}
      onBlur={() => setFocus(false)}
      onPointerEnter={() => setPointer(true)}
      onPointerLeave={() => setPointer(false)}
    >
      {children}
      <span
        ref={tip}
        id={id}
        role="tooltip"
        className={`${styles.reason} ${isShown ? styles.shown : ''}`}
      >
        {reason}
      </span>
    </span>
  );
}

/** Moves it sideways into the window: a page must not become wider because of it. */
function keepInside(element: HTMLElement): void {
  element.style.translate = 'none';
  const { left, right } = element.getBoundingClientRect();
  const { clientWidth } = document.documentElement;
  const over = Math.max(0, right - (clientWidth - MARGIN_PX));
  const shift = Math.max(-over, MARGIN_PX - left);
  if (over > 0 || left < 0) element.style.translate = `${shift}px 0`;
}
