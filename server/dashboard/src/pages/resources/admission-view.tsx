/** Shows the effect of a write if it were sent now: placement, cost, policy verdict. */
import { type Item, toItem } from '../../api/queries.ts';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { Notice, ProblemNotice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import styles from './form.module.css';
import type { Admission } from './use-admission.ts';

interface AdmissionViewProps {
  readonly admission: Admission;
  /** Errors in the input, in words; no request is sent until they are corrected. */
  readonly mistakes: readonly string[];
}

/** Renders the preview beside a form. */
export function AdmissionView({ admission, mistakes }: AdmissionViewProps) {
  const { preview, error } = admission;
  const isComplete = mistakes.length === 0;
  return (
    <Panel title="What would happen">
      <div className={styles.preview} aria-live="polite">
        {isComplete ? null : (
          <>
            <p>Shown when the form is complete:</p>
            <ul className={styles.lines}>
              {mistakes.map((mistake) => (
                <li key={mistake} dir="auto">
                  {mistake}
                </li>
              ))}
            </ul>
          </>
        )}
        {error === null || !isComplete ? null : <ProblemNotice cause={error} />}
        {preview === undefined || !isComplete ? null : <Preview preview={preview} />}
      </div>
    </Panel>
  );
}

/** Renders the parts of an answer that say something. */
function Preview({ preview }: { readonly preview: Item }) {
  const problems = listOf(preview.problems);
  const warnings = listOf(preview.warnings);
  const risks = listOf(preview.risks);
  const placement = toItem(preview.placement);
  const restarts = textsOf(preview.restarts);
  const inherited = Object.entries(toItem(preview.inherited));
  return (
    <>
      <StatusMark
        status={problems.length === 0 ? 'It would be accepted' : 'It would be refused'}
        tone={problems.length === 0 ? 'ok' : 'bad'}
      />
      {problems.map(({ detail, remedy, code }) => (
        <Notice key={`${String(code)} ${String(detail)}`} tone="bad" title={String(detail)}>
          <p>{String(remedy ?? '')}</p>
        </Notice>
      ))}
      {preview.placement === null ? null : <Place placement={placement} />}
      {distinct([...warnings, ...risks]).map(({ title, text }) => (
        <Notice key={`${title}\n${text}`} tone="watch" title={title}>
          <p>{text}</p>
        </Notice>
      ))}
      {restarts.length === 0 ? null : (
        <Notice tone="watch" title={`Requires a restart: ${restarts.join(', ')}`} />
      )}
      {inherited.length === 0 ? null : (
        <details>
          <summary>Values that it gets by default</summary>
          <dl className={layout.facts}>
            {inherited.map(([name, value]) => (
              <Fact key={name} name={name} value={JSON.stringify(value)} />
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

/** Removes duplicate warnings: a repeated key would leave its notice on the page permanently. */
function distinct(warnings: readonly Item[]) {
  const found = warnings.map(({ policy, summary, message }) => ({
    title: String(policy ?? summary ?? 'Warning'),
    text: String(message),
  }));
  return [...new Map(found.map((each) => [`${each.title}\n${each.text}`, each])).values()];
}

function Place({ placement }: { readonly placement: Item }) {
  const { target_node: node, score, cost_per_hour: cost, explanation } = placement;
  return (
    <>
      <dl className={layout.facts}>
        <Fact name="Node" value={String(node)} />
        {typeof score === 'number' ? <Fact name="Score" value={score.toFixed(3)} /> : null}
        {typeof cost === 'number' ? <Fact name="Cost an hour" value={cost.toFixed(4)} /> : null}
      </dl>
      <details>
        <summary>Why there</summary>
        <ul className={styles.lines}>
          {textsOf(explanation).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{value}</dd>
    </>
  );
}

function listOf(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.map(toItem) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
