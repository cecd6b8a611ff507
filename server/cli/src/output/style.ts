/** Style of texts for people: on a terminal they fit its width and may have colours. */

/** Clears the line that progress was drawn on, so that a text takes its place. */
export const CLEAR_LINE = '\r\u001b[K';

/** Whether colours are asked for. */
export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];

/** The looks of one text. */
export interface Style {
  /** Columns that a line may have; undefined: lines are as long as they are. */
  readonly width: number | undefined;
  readonly colors: 'on' | 'off';
  /** The time that ages are counted to; undefined: times are shown. Unit: ms since 1970. */
  readonly nowMs: number | undefined;
  /** Whether everything is shown, in `--output wide`: more columns, nothing left out. */
  readonly detail: 'normal' | 'wide';
}

/** Inputs of a style besides the command line. */
export interface StyleWorld {
  readonly stdout: { readonly isTerminal: boolean; readonly columns?: number };
  readonly now: () => Date;
}

/** A text without colours and ages, whose lines have any length. */
export const PLAIN_STYLE: Style = {
  width: undefined,
  colors: 'off',
  nowMs: undefined,
  detail: 'normal',
};

/** The width of a terminal that does not say its own. Unit: columns. */
export const COLUMNS_DEFAULT = 80;

/**
 * Returns the style of standard output. Colours: `--color`, else `NO_COLOR` (https://no-color.org)
 * or `FORCE_COLOR`, else where standard output is a terminal that is not `dumb`.
 */
export function styleOf(
  world: StyleWorld,
  env: Readonly<Record<string, string | undefined>>,
  choice: ColorChoice = 'auto',
): Style {
  const { stdout, now } = world;
  return {
    width: stdout.isTerminal ? (stdout.columns ?? COLUMNS_DEFAULT) : undefined,
    colors: hasColors(stdout.isTerminal, env, choice) ? 'on' : 'off',
    nowMs: now().getTime(),
    detail: 'normal',
  };
}

function hasColors(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
  choice: ColorChoice,
): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR: none = '', FORCE_COLOR: forced = '', TERM: terminal = '' } = env;
  if (none !== '') return false;
  if (forced !== '') return !['0', 'false'].includes(forced);
  return isTerminal && terminal !== 'dumb';
}
