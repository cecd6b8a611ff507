/** Possible words at each position of the command line, for completion scripts. */
import { type Command, Help, type Option } from 'commander';
import { namePlaces } from './complete-names.ts';

/** A place on the way through the commands, such as `vm create`, and what may follow there. */
export interface Place {
  /** Words from the program's name on: empty at the top. */
  readonly path: string;
  /** Each word that leads deeper, with the place that it leads to; aliases lead there too. */
  readonly steps: readonly (readonly [word: string, path: string])[];
  /** The words of those steps that are offered: not plurals and short forms. */
  readonly commands: readonly string[];
  readonly options: readonly string[];
  /** Those options that a value follows. */
  readonly valued: readonly string[];
  /** Options that take one of some words. */
  readonly choices: readonly (readonly [option: string, words: readonly string[]])[];
  /** Words behind which a name of a noun's resources follows: an option, or the last step. */
  readonly names: readonly (readonly [word: string, noun: string])[];
  /** The noun of which further names may follow the first one, behind any word. */
  readonly furtherNames: string | undefined;
}

/** All places of a program. */
export function placesOf(program: Command): readonly Place[] {
  // Reading every operation's input takes a while: once for all places.
  const named = namePlaces();
  return placesBelow(program, { path: '', inherited: [], named });
}

interface Above {
  readonly path: string;
  readonly inherited: readonly Command[];
  readonly named: ReturnType<typeof namePlaces>;
}

function placesBelow(command: Command, { path, inherited, named }: Above): Place[] {
  const chain = [...inherited, command];
  const options = chain.flatMap((link) => [...link.options]);
  const under = (name: string) => (path === '' ? name : `${path} ${name}`);
  const visible = new Set(new Help().visibleCommands(command));
  const children = command.commands.filter((child) => visible.has(child));
  const place: Place = {
    path,
    steps: children.flatMap((child) =>
      [child.name(), ...child.aliases()].map((word) => [word, under(child.name())] as const),
    ),
    commands: children.flatMap(wordsOffered),
    options: [...new Set(['--help', ...options.flatMap(longsOf)])],
    valued: [...new Set(options.filter(takesValue).flatMap(longsOf))],
    choices: [
      // The first that fits is taken: a command's own choices stand before those of all.
      ...[...options].reverse().flatMap((option) => {
        const { argChoices } = option;
        return argChoices === undefined
          ? []
          : longsOf(option).map((flag) => [flag, argChoices] as const);
      }),
      ...command.registeredArguments.flatMap(({ argChoices }) =>
        argChoices === undefined ? [] : [['', argChoices] as const],
      ),
    ],
    names: namesAt(path, named),
    furtherNames: named.find((each) => each.path === path && each.several === true)?.noun,
  };
  return [
    place,
    ...children.flatMap((child) =>
      placesBelow(child, { path: under(child.name()), inherited: chain, named }),
    ),
  ];
}

/** The name of a command, and its first alias that is another word: `storage`, `volume`. */
function wordsOffered(command: Command): readonly string[] {
  const name = command.name();
  const other = command
    .aliases()
    .find((alias) => !alias.startsWith(name) && !name.startsWith(alias));
  return other === undefined ? [name] : [name, other];
}

/** An option may have two long forms; commander keeps the first one as its short form. */
function longsOf({ short, long }: Option): readonly string[] {
  return [short, long].flatMap((flag) => (flag?.startsWith('--') === true ? [flag] : []));
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function namesAt(path: string, named: Above['named']): Place['names'] {
  const last = path.split(' ').at(-1) ?? '';
  return named
    .filter((place) => place.path === path || place.path === undefined)
    .map(({ flag, noun }) => [flag ?? last, noun] as const);
}

/** The words that may follow at a place. */
export function wordsAt(place: Pick<Place, 'commands' | 'choices' | 'options'>): string {
  const argumentWords = place.choices.flatMap(([option, words]) => (option === '' ? words : []));
  return [...place.commands, ...argumentWords, ...place.options].join(' ');
}

/** The parts that bash and zsh write alike: steps, then words and names, as arms of `case`. */
export function caseArms(places: readonly Place[]) {
  const steps = places.flatMap(({ path, steps: deeper }) =>
    deeper.map(([word, next]) => `      '${path}:${word}') place='${next}' ;;`),
  );
  const choices = places.flatMap(({ path, choices: all }) =>
    all
      .filter(([option]) => option !== '')
      .map(([option, words]) => `    '${path}:${option}') words='${words.join(' ')}' ;;`),
  );
  const names = places.flatMap((place) =>
    place.names.map(([word, noun]) => {
      const others = word.startsWith('-') ? '' : wordsAt(place);
      return `    '${place.path}:${word}') names='${noun}' words='${others}' ;;`;
    }),
  );
  // Any value: no words, so that the shell offers files.
  const values = places.flatMap(({ path, valued }) =>
    valued.length === 0 ? [] : `    ${valued.map((word) => `'${path}:${word}'`).join('|')}) ;;`,
  );
  const words = places.map((place) => {
    const names = place.furtherNames === undefined ? '' : `names='${place.furtherNames}' `;
    return `    '${place.path}:'*) ${names}words='${wordsAt(place)}' ;;`;
  });
  const arms = [...choices, ...names, ...values, ...words];
  return { steps: steps.join('\n'), words: arms.join('\n') };
}
