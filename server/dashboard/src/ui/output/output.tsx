/** Shows output of a guest or a command in a scrolled box. */
import { useEffect, useRef } from 'react';
import styles from './output.module.css';

/** So near to the end counts as there. Unit: px. */
const AT_END_PX = 24;

interface OutputProps {
  readonly label: string;
  readonly text: string;
}

/** Renders the text; it follows the end unless someone reads further up. */
export function Output({ label, text }: OutputProps) {
  const element = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new text moves the end
  useEffect(() => {
    const box = element.current;
    if (box !== null && follows.current) box.scrollTop = box.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={element}
      className={styles.output}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled box has to be reached by keys
      tabIndex={0}
      role="log"
      aria-label={label}
      onScroll={({ currentTarget: box }) => {
        const belowPx = box.scrollHeight - box.scrollTop - box.clientHeight;
        follows.current = belowPx < AT_END_PX;
      }}
    >
      {text}
    </pre>
  );
}
