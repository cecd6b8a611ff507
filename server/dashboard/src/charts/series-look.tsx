/** Distinguishes series by more than colour: dashes of lines, shapes of points. */
import styles from './chart.module.css';

/** Lines, or points alone. */
export type ChartLook = 'lines' | 'points';

/** Lengths of strokes and gaps of the first to the fourth series. Unit: px. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/** Outlines of points around 0, 0, of a radius of 1. */
export const SHAPES: readonly (readonly (readonly [number, number])[])[] = [
  [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  [
    [0, -1.2],
    [1.15, 0.9],
    [-1.15, 0.9],
  ],
  [
    [0, -1.35],
    [1.35, 0],
    [0, 1.35],
    [-1.35, 0],
  ],
  [
    [-1.2, -0.45],
    [1.2, -0.45],
    [1.2, 0.45],
    [-1.2, 0.45],
  ],
];

/** The names of series with samples of them. */
export function Legend({ names, look }: { readonly names: readonly string[]; look: ChartLook }) {
  return (
    <ul className={styles.legend}>
      {names.map((name, index) => (
        <li key={name}>
          <svg className={styles[`series${index + 1}`]} viewBox="0 0 28 12" aria-hidden="true">
            {look === 'lines' ? (
              <line x1="0" x2="28" y1="6" y2="6" strokeDasharray={DASHES[index]?.join(' ')} />
            ) : (
              <polygon points={pointsOf(index)} />
            )}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function pointsOf(index: number): string {
  const [middle, radius] = [6, 4];
  const corners = SHAPES[index] ?? [];
  return corners.map(([x, y]) => `${14 + x * radius},${middle + y * radius}`).join(' ');
}
