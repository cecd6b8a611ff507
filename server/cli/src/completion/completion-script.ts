/** Completion scripts for shells: each asks the program what may follow. */
import { COMPLETE } from './complete-words.ts';

/** Shells with a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that completes the program's commands, flags, choices and names. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

/** Without a candidate, each shell offers files. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of novacron for bash. Load it with: source <(novacron completion bash)
_novacron() {
  local word quoted before="" last=-1 words=()
  COMPREPLY=()
  # Bash splits words at colons, which ids contain.
  for word in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ $word == : || $before == : ]] && ((last > 0)); then
      words[last]+=$word
    else
      words[++last]=$word
    fi
    before=$word
  done
  local current="\${words[last]}"
  local typed="\${current%"\${current##*:}"}"
  [[ $COMP_WORDBREAKS == *:* ]] || typed=""
  while IFS=$'\\t' read -r word _; do
    printf -v quoted '%q' "$word"
    [[ -n $word && $quoted == "$current"* ]] && COMPREPLY+=("\${quoted#"$typed"}")
  done < <("\${words[0]}" ${COMPLETE} "--current=$current" \\
    "\${words[@]:1:last-1}" 2>/dev/null)
  return 0
}
complete -o default -F _novacron novacron
`,
  zsh: `#compdef novacron
# Completion of novacron for zsh. Load it with: source <(novacron completion zsh)
_novacron() {
  local found line
  local -a names about
  found="$(\${words[1]} ${COMPLETE} "--current=\${words[CURRENT]}" \\
    "\${(@)words[2,CURRENT-1]}" 2>/dev/null)"
  if [[ -n $found ]]; then
    for line in "\${(@f)found}"; do
      names+=("\${line%%$'\\t'*}") about+=("\${line/$'\\t'/  }")
    done
    if [[ $found == *$'\\t'* ]]; then
      compadd -l -d about -- "\${names[@]}"
    else
      compadd -- "\${names[@]}"
    fi
  else
    _files
  fi
}
compdef _novacron novacron
# As a file of \`fpath\` it is run for the first completion itself.
[[ $funcstack[1] != _novacron ]] || _novacron "$@"
`,
  fish: `# Completion of novacron for fish. Load it with: novacron completion fish | source
function __novacron_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l found ($words[1] ${COMPLETE} "--current=$current" $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path "$current"
  end
end
complete -c novacron -f -a '(__novacron_complete)'
`,
  powershell: `# Completion of novacron for PowerShell. Load it with:
#   novacron completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName novacron -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { $_.Extent.Text })
  $words = @($before | Select-Object -Skip 1)
  & $before[0] ${COMPLETE} "--current=$wordToComplete" @words 2>$null |
    Where-Object { $_ -ne '' -and $_ -like "$wordToComplete*" } | ForEach-Object {
      $word, $about = $_ -split '\\t', 2
      $quoted = "'" + ($word -replace "'", "''") + "'"
      $text = if ($word -match '[^\\w./:@=-]') { $quoted } else { $word }
      $tip = if ($about) { $about } else { $word }
      [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $tip)
    }
}
`,
};
