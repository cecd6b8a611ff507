/** A part of a page with a heading of its own. */
import { type ReactNode, useId } from 'react';
import layout from './layout.module.css';
import styles from './panel.module.css';

interface PanelProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Beside the heading: a link, a switch. */
  readonly aside?: ReactNode;
  /** `flush`: the content reaches the edges, as tables do. */
  readonly body?: 'padded' | 'flush';
}

/** Renders the panel as a named region. */
export function Panel({ title, children, aside, body = 'padded' }: PanelProps) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      <div className={body === 'flush' ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}

interface LinesPanelProps {
  readonly title: string;
  readonly lines: readonly string[];
  /** Shown without lines; `Not recorded.` by default. */
  readonly none?: string;
}

/** A panel with sentences of the server, a line each. */
export function LinesPanel({ title, lines, none }: LinesPanelProps) {
  return (
    <Panel title={title}>
      {lines.length === 0 ? <p>{none ?? 'Not recorded.'}</p> : null}
      <ul className={layout.lines}>
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
