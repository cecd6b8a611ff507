/** The completion script of PowerShell. */
import { COMPLETE_NAMES } from './complete-names.ts';
import { type Place, wordsAt } from './completion-places.ts';

/**
 * The script for PowerShell 5.1 and later. Tables of places take the place of the other shells'
 * `case`; where nothing fits, PowerShell offers files by itself.
 */
export function powershellScript(places: readonly Place[]): string {
  const steps = places.flatMap(({ path, steps: deeper }) =>
    deeper.map(([word, next]) => row(`${path}:${word}`, next)),
  );
  const words = places.map((place) => row(place.path, wordsAt(place)));
  const choices = unique(
    places.flatMap(({ path, choices: all }) =>
      all
        .filter(([option]) => option !== '')
        .map(([option, allowed]) => [`${path}:${option}`, allowed.join(' ')] as const),
    ),
  );
  const names = unique(
    places.flatMap((place) =>
      place.names.map(([word, noun]) => [`${place.path}:${word}`, noun] as const),
    ),
  );
  const further = places.flatMap(({ path, furtherNames: noun }) =>
    noun === undefined ? [] : [row(path, noun)],
  );
  const valued = unique(
    places.flatMap(({ path, valued: all }) => all.map((word) => [`${path}:${word}`, ''] as const)),
  );
  return `# Completion of novacron for PowerShell. Load it with:
#   novacron completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName novacron -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $steps = @{
${steps.join('\n')}
  }
  $words = @{
${words.join('\n')}
  }
  $choices = @{
${choices.join('\n')}
  }
  $names = @{
${names.join('\n')}
  }
  $further = @{
${further.join('\n')}
  }
  $valued = @{
${valued.join('\n')}
  }
  $before = @($commandAst.CommandElements |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { $_.Extent.Text })
  $place = ''
  $previous = ''
  $profileWords = @()
  foreach ($word in @($before | Select-Object -Skip 1)) {
    if ($previous -eq '--profile') { $profileWords = @('--profile', $word) }
    $next = $steps["\${place}:$word"]
    if ($null -ne $next) { $place = $next }
    $previous = $word
  }
  $key = "\${place}:$previous"
  $candidates = @()
  $noun = $names[$key]
  if ($null -eq $noun -and -not $valued.ContainsKey($key)) { $noun = $further[$place] }
  if ($choices.ContainsKey($key)) {
    $candidates = $choices[$key] -split ' '
  } elseif ($null -ne $noun) {
    if (-not $wordToComplete.StartsWith('-') -and $before -notcontains '--endpoint') {
      $candidates = @(& $before[0] ${COMPLETE_NAMES} $noun @profileWords 2>$null)
    }
    if (-not $names.ContainsKey($key) -or -not $previous.StartsWith('-')) {
      $candidates += $words[$place] -split ' '
    }
  } elseif (-not $valued.ContainsKey($key)) {
    $candidates = $words[$place] -split ' '
  }
  $candidates | Where-Object { $_ -ne '' -and $_ -like "$wordToComplete*" } | ForEach-Object {
    $text = if ($_ -match '[^\\w./:@=-]') { "'" + ($_ -replace "'", "''") + "'" } else { $_ }
    [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
  }
}
`;
}

/** A hash table of PowerShell refuses a key that is there twice. */
function unique(entries: readonly (readonly [key: string, value: string])[]): readonly string[] {
  const first = new Map([...entries].reverse());
  return [...first].map(([key, value]) => row(key, value));
}

function row(key: string, value: string): string {
  return `    ${quoted(key)} = ${quoted(value)}`;
}

/** A literal string of PowerShell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
