import { Command } from 'commander';
import type { Option } from 'commander';
import { usage } from './output.ts';

const SHELLS = { bash: forBash, zsh: forZsh, fish: forFish } as const;

/** `chaser completion`: what a shell needs to complete commands and options, made of the commands that there are. */
export function completionCommand(chaser: () => Command): Command {
  return new Command('completion')
    .description('Print what bash, zsh or fish needs to complete commands and options.')
    .argument('<shell>', Object.keys(SHELLS).join(', '))
    .addHelpText(
      'after',
      `
Examples:
  source <(chaser completion bash)                                        in this shell; put the line into ~/.bashrc to keep it
  source <(chaser completion zsh)                                         the same for ~/.zshrc, after compinit
  chaser completion fish > ~/.config/fish/completions/chaser.fish         for fish, once`,
    )
    .action((shell: string) => {
      if (!isShell(shell)) {
        const remedy = `Give one of: ${Object.keys(SHELLS).join(', ')}.`;
        throw usage(`There is no completion for "${shell.slice(0, 40)}".`, remedy);
      }
      process.stdout.write(SHELLS[shell](placesIn(chaser())));
    });
}

function isShell(shell: string): shell is keyof typeof SHELLS {
  return Object.hasOwn(SHELLS, shell);
}

/** What can be typed after some words: "change", then "stop", is the path `change stop`. */
type Place = {
  readonly path: string;
  readonly commands: readonly Offer[];
  readonly options: readonly (Offer & { readonly value: boolean })[];
};
type Offer = { readonly word: string; readonly what: string };

/** Every place in the command line, from `chaser` alone on. Help is everywhere. */
function placesIn(command: Command, above: readonly string[] = []): readonly Place[] {
  const commands = command.commands.map((one) => ({ word: one.name(), what: one.description() }));
  const options = [...command.options.flatMap(wordsOf), { word: '--help', what: 'show how to use it', value: false }];
  return [{ path: above.join(' '), commands, options }, ...command.commands.flatMap((one) => placesIn(one, [...above, one.name()]))];
}

function wordsOf({ long, description, required, optional }: Option) {
  return typeof long === 'string' ? [{ word: long, what: description, value: required || optional }] : [];
}

/** A text between single quotes, for every shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The words that lead to a deeper place, each with the place before it: `case "$at/$word"`. */
function ways(places: readonly Place[]): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => {
      const words = path.split(' ');
      return quoted(`${words.slice(0, -1).join(' ')}/${words.at(-1)}`);
    })
    .join('|');
}

/** After an option with a value, and where arguments are expected, files are offered. */
function forBash(places: readonly Place[]): string {
  const cases = places.map(({ path, commands, options }) => {
    const words = (offers: readonly Offer[]) => quoted(offers.map(({ word }) => word).join(' '));
    const withValue = options.filter(({ value }) => value);
    return `    ${quoted(path)}) commands=${words(commands)}; options=${words(options)}; valued=${words(withValue)} ;;`;
  });
  return `# Completion of chaser for bash, printed by: chaser completion bash
_chaser() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" at='' commands='' options='' valued='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$at/$word" in
      ${ways(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  COMPREPLY=()
  case " $valued " in
    *" $before "*) return 0 ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
  esac
}
complete -o default -F _chaser chaser
`;
}

function forZsh(places: readonly Place[]): string {
  const offered = (offers: readonly Offer[]) => offers.map(({ word, what }) => quoted(`${word.replaceAll(':', '\\:')}:${what}`)).join(' ');
  const cases = places.map(
    ({ path, commands, options }) => `    ${quoted(path)}) commands=(${offered(commands)}); options=(${offered(options)}) ;;`,
  );
  return `#compdef chaser
# Completion of chaser for zsh, printed by: chaser completion zsh
_chaser() {
  local at='' word i
  local -a commands options
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "$at/$word" in
      ${ways(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o option options
  elif (( \${#commands} )); then
    _describe command commands
  else
    _files
  fi
}
compdef _chaser chaser
`;
}

function forFish(places: readonly Place[]): string {
  const text = (words: string) => `'${words.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = places.flatMap(({ path, commands, options }) => {
    const here = `-n ${text(`__chaser_is ${text(path)}`)}`;
    return [
      ...commands.map(({ word, what }) => `complete -c chaser -f ${here} -a ${text(word)} -d ${text(what)}`),
      ...options.map(({ word, what, value }) => `complete -c chaser ${here} -l ${word.slice(2)}${value ? ' -r' : ''} -d ${text(what)}`),
    ];
  });
  const known = places.filter(({ path }) => path !== '').map(({ path }) => text(path));
  return `# Completion of chaser for fish, printed by: chaser completion fish
function __chaser_is
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l further (string trim -- "$at $word")
    if contains -- $further ${known.join(' ')}
      set at $further
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}
