/** Shows the equivalent command line and Terraform code. */
import { CopyButton } from './copy-button.tsx';
import styles from './equivalents.module.css';

interface EquivalentsProps {
  readonly command?: string;
  readonly hcl?: string;
  /** Missing or invalid input, because of which the texts are incomplete. */
  readonly mistakes?: readonly string[];
}

/** Renders the texts in a part that is closed at first. */
export function Equivalents({ command, hcl, mistakes = [] }: EquivalentsProps) {
  // In the text itself: what is copied says so, too.
  const note = mistakes
    .map((mistake) => `# Incomplete: ${mistake.replaceAll('\n', ' ')}\n`)
    .join('');
  return (
    <details className={styles.details}>
      <summary>As a command{hcl === undefined ? '' : ' or as Terraform'}</summary>
      {command === undefined ? null : (
        <Text title="Command line" what="command" text={`${note}${command}`} />
      )}
      {hcl === undefined ? null : <Text title="Terraform" what="HCL" text={`${note}${hcl}`} />}
    </details>
  );
}

function Text({ title, what, text }: { title: string; what: string; text: string }) {
  return (
    <div className={styles.part}>
      <div className={styles.head}>
        <strong>{title}</strong>
        <CopyButton text={text} what={what} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keys have to scroll it */}
      <pre className={styles.text} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
