/** Completion scripts for shells, made from the program itself. */
import type { Command } from 'commander';
import { COMPLETE_NAMES } from './complete-names.ts';
import { caseArms, type Place, placesOf, wordsAt } from './completion-places.ts';
import { powershellScript } from './powershell-script.ts';

/** Shells with a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * The script that completes the program's commands, flags, choices and names.
 * @param served - flags of commands that the program itself does not know the flags of
 */
export function completionScript(
  program: Command,
  shell: Shell,
  served: ReadonlyMap<string, readonly string[]>,
): string {
  const places = placesOf(program).map((place) => ({
    ...place,
    options: [...new Set([...(served.get(place.path) ?? []), ...place.options])],
  }));
  switch (shell) {
    case 'bash':
      return bashScript(places);
    case 'zsh':
      return zshScript(places);
    case 'fish':
      return fishScript(places);
    case 'powershell':
      return powershellScript(places);
  }
}

/**
 * Names are asked for with the line's own `--profile`. With `--endpoint` there are none: bash takes
 * addresses apart at their colons, and names of another server are worse than none. The other
 * shells do the same.
 */
function bashScript(places: readonly Place[]): string {
  const arms = caseArms(places);
  return `# Completion of novacron for bash. Load it with: source <(novacron completion bash)
_novacron() {
  local place='' word words='' names='' name quoted before='' other=''
  local -a profile=()
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $before == --profile ]] && profile=(--profile "$word")
    [[ $word == --endpoint ]] && other=yes
    before="$word"
    case "$place:$word" in
${arms.steps}
    esac
  done
  case "$place:$previous" in
${arms.words}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $names && -z $other && $current != -* ]]; then
    while IFS= read -r name; do
      printf -v quoted '%q' "$name"
      [[ -n $name && $quoted == "$current"* ]] && COMPREPLY+=("$quoted")
    done < <("\${COMP_WORDS[0]}" ${COMPLETE_NAMES} "$names" "\${profile[@]}" 2>/dev/null)
  fi
  return 0
}
complete -o default -F _novacron novacron
`;
}

function zshScript(places: readonly Place[]): string {
  const arms = caseArms(places);
  return `#compdef novacron
# Completion of novacron for zsh. Load it with: source <(novacron completion zsh)
_novacron() {
  local place='' word candidates='' names='' found='' previous="\${words[CURRENT-1]}"
  local -a profile=()
  local -i at=\${words[(I)--profile]} none=1
  (( at > 0 && at + 1 < CURRENT )) && profile=(--profile "\${words[at+1]}")
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place:$word" in
${arms.steps}
    esac
  done
  case "$place:$previous" in
${arms.words.replaceAll(" words='", " candidates='")}
  esac
  compadd -- \${=candidates} && none=0
  if [[ -n $names && \${words[(I)--endpoint]} -eq 0 && \${words[CURRENT]} != -* ]]; then
    found="$(\${words[1]} ${COMPLETE_NAMES} "$names" "\${profile[@]}" 2>/dev/null)"
    [[ -n $found ]] && compadd -- "\${(@f)found}" && none=0
  fi
  # Files where nothing else fits, such as behind a flag that takes one.
  (( none )) && _files
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
    const choices = new Map(place.choices.map(([option, allowed]) => [option, allowed.join(' ')]));
    for (const [word, noun] of place.names) {
      choices.set(word, `(__novacron_names ${noun})`);
    }
    const names = place.names.filter(([word]) => !word.startsWith('-'));
    return [
      ...(words === '' ? [] : [`${condition} -f -a '${words}'`]),
      ...names.map(([word]) => `${condition} -f -a '${choices.get(word)}'`),
      ...place.options.map((option) => {
        const allowed = choices.get(option);
        const value = place.valued.includes(option) ? ' -r' : '';
        const tail = allowed === undefined ? value : ` -x -a '${allowed}'`;
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
function __novacron_names
  set -l words (commandline -opc)
  contains -- --endpoint $words; and return
  set -l profile
  set -l at (contains -i -- --profile $words)
  and test $at -lt (count $words)
  and set profile --profile $words[(math $at + 1)]
  $words[1] ${COMPLETE_NAMES} $argv[1] $profile 2>/dev/null
end
${lines.join('\n')}
`;
}
