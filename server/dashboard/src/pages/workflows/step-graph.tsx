/** The steps of a workflow or an execution as a graph. */
import { REM_PX } from '../../ui/root-size.ts';
import type { Tone } from '../../ui/status-mark.tsx';
import { type DrawnStep, placeSteps } from './place-steps.ts';
import styles from './step-graph.module.css';

/** Units: pixels at the usual size of text; with larger text, all of it is larger. */
const BOX_WIDTH = 200;
const BOX_HEIGHT = 56;
const GAP_X = 24;
const GAP_Y = 40;
const MARGIN = 4;

/** A step as it is drawn. */
export interface GraphStep extends DrawnStep {
  readonly detail: string;
  readonly look: Tone | 'critical';
}

interface StepGraphProps {
  /** Description of the graph for screen readers. */
  readonly label: string;
  readonly steps: readonly GraphStep[];
}

/** Renders the graph. All texts are those of people, and are drawn as text. */
export function StepGraph({ label, steps }: StepGraphProps) {
  const placed = placeSteps(steps).map((step) => ({
    ...step,
    x: MARGIN + step.column * (BOX_WIDTH + GAP_X),
    y: MARGIN + step.row * (BOX_HEIGHT + GAP_Y),
  }));
  const places = new Map(placed.map((step) => [step.id, step] as const));
  const width = Math.max(...placed.map(({ x }) => x + BOX_WIDTH)) + MARGIN;
  const height = Math.max(...placed.map(({ y }) => y + BOX_HEIGHT)) + MARGIN;
  const arrows = placed.flatMap(({ id, needs, x, y }) =>
    needs.flatMap((need) => {
      const from = places.get(need);
      return from === undefined ? [] : [{ key: `${need}>${id}`, from, to: { x, y } }];
    }),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled box has to be reached by keys
    // biome-ignore lint/a11y/useSemanticElements: it is no set of fields
    <div className={styles.scroll} role="group" aria-label={label} tabIndex={0}>
      <svg
        width={inRem(width)}
        height={inRem(height)}
        viewBox={`0 0 ${width} ${height}`}
        aria-hidden="true"
      >
        {arrows.map(({ key, from, to }) => (
          <path key={key} className={styles.arrow} d={curveOf(from, to)} />
        ))}
        {placed.map(({ id, detail, look, x, y }) => (
          <g key={id} className={styles[look]}>
            <title>{`${id}: ${detail}`}</title>
            <rect className={styles.box} x={x} y={y} width={BOX_WIDTH} height={BOX_HEIGHT} rx="6" />
            <foreignObject x={x} y={y} width={BOX_WIDTH} height={BOX_HEIGHT}>
              <div className={styles.texts}>
                <div className={styles.title} dir="auto">
                  {id}
                </div>
                <div className={styles.detail} dir="auto">
                  {detail}
                </div>
              </div>
            </foreignObject>
          </g>
        ))}
      </svg>
    </div>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function curveOf(from: Point, to: Point): string {
  const [x1, y1] = [from.x + BOX_WIDTH / 2, from.y + BOX_HEIGHT];
  const x2 = to.x + BOX_WIDTH / 2;
  const middle = (y1 + to.y) / 2;
  return `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${to.y}`;
}

function inRem(px: number): string {
  return `${px / REM_PX}rem`;
}
