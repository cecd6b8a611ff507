/** Completion scripts for shells, made from the program itself. */
import type { Command } from 'commander';

/** Shells with a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A place on the way through the commands, such as `vm create`, and what may follow there. */
interface Place {
  /** Words from the program's name on: empty at the top. */
  readonly path: string;
  /** Each word that leads deeper, with the place that it leads to; aliases lead there too. */
  readonly steps: readonly (readonly [word: string, path: string])[];
  readonly options: readonly string[];
  /** Options that take one of some words. */
  readonly choices: readonly (readonly [option: string, words: readonly string[]])[];
}

/** The script that completes the program's commands, flags and choices. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program, '', []);
  switch (shell) {
    case 'bash':
      return bashScript(places);
    case 'zsh':
      return zshScript(places);
    case 'fish':
      return fishScript(places);
  }
}

function placesOf(command: Command, path: string, inherited: readonly Command[]): Place[] {
  const chain = [...inherited, command];
  const options = chain.flatMap((link) => [...link.options]);
  const under = (name: string) => (path === '' ? name : `${path} ${name}`);
  const place: Place = {
    path,
    steps: command.commands.flatMap((child) =>
      [child.name(), ...child.aliases()].map((word) => [word, under(child.name())] as const),
    ),
    options: [...new Set(['--help', ...options.flatMap(({ long }) => long ?? [])])],
    choices: [
      ...options.flatMap(({ long, argChoices }) =>
        long == null || argChoices === undefined ? [] : [[long, argChoices] as const],
      ),
      ...command.registeredArguments.flatMap(({ argChoices }) =>
        argChoices === undefined ? [] : [['', argChoices] as const],
      ),
    ],
  };
  const children = command.commands.flatMap((child) => placesOf(child, under(child.name()), chain));
  return [place, ...children];
}

function wordsAt(place: Place): string {
  const argumentWords = place.choices.flatMap(([option, words]) => (option === '' ? words : []));
  const steps = place.steps.map(([word]) => word);
  return [...steps, ...argumentWords, ...place.options].join(' ');
}

/** The parts that bash and zsh write alike: steps, then words, as arms of `case`. */
function caseArms(places: readonly Place[]) {
  const steps = places.flatMap(({ path, steps: deeper }) =>
    deeper.map(([word, next]) => `      '${path}:${word}') place='${next}' ;;`),
  );
  const choices = places.flatMap(({ path, choices: all }) =>
    all
      .filter(([option]) => option !== '')
      .map(([option, words]) => `    '${path}:${option}') words='${words.join(' ')}' ;;`),
  );
  const words = places.map((place) => `    '${place.path}:'*) words='${wordsAt(place)}' ;;`);
  return { steps: steps.join('\n'), words: [...choices, ...words].join('\n') };
}

function bashScript(places: readonly Place[]): string {
  const arms = caseArms(places);
  return `# Completion of novacron for bash. Load it with: source <(novacron completion bash)
_novacron() {
  local place='' word words=''
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place:$word" in
${arms.steps}
    esac
  done
  case "$place:$previous" in
${arms.words}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _novacron novacron
`;
}

function zshScript(places: readonly Place[]): string {
  const arms = caseArms(places).words.replaceAll(" words='", " candidates='");
  return `#compdef novacron
# Completion of novacron for zsh. Load it with: source <(novacron completion zsh)
_novacron() {
  local place='' word candidates='' previous="\${words[CURRENT-1]}"
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place:$word" in
${caseArms(places).steps}
    esac
  done
  case "$place:$previous" in
${arms}
  esac
  compadd -- \${=candidates}
  _files
}
compdef _novacron novacron
`;
}

function fishScript(places: readonly Place[]): string {
  const steps = places.flatMap(({ path, steps: deeper }) =>
    deeper.map(([word, next]) => `      case '${path}:${word}'\n        set place '${next}'`),
  );
  const lines = places.flatMap((place) => {
    const condition = `complete -c novacron -n 'test (__novacron_place) = "${place.path}"'`;
    const words = wordsAt({ ...place, options: [] });
    const choices = new Map(place.choices);
    return [
      ...(words === '' ? [] : [`${condition} -f -a '${words}'`]),
      ...place.options.map((option) => {
        const allowed = choices.get(option);
        const tail = allowed === undefined ? '' : ` -x -a '${allowed.join(' ')}'`;
        return `${condition} -l '${option.slice(2)}'${tail}`;
      }),
    ];
  });
  return `# Completion of novacron for fish. Load it with: novacron completion fish | source
function __novacron_place
  set -l place ''
  for word in (commandline -opc)[2..-1]
    switch "$place:$word"
${steps.join('\n')}
    end
  end
  echo "$place"
end
${lines.join('\n')}
`;
}
